// Control groups that ran against their memory limit. Being at a limit is no fault (page cache fills whatever
// a group may have); being killed for it is, and being throttled may be.
#include <algorithm>
#include <fmt/format.h>

#include "base/text.h"
#include "checks/memory_holders.h"
#include "kernel/subsystems/cgroup.h"

namespace inquest {
namespace {

constexpr std::size_t kShown = 5;

bool near_limit(const CgroupMemory& memory) {
    return memory.maximum && memory.current >= *memory.maximum - *memory.maximum / 100;
}

void run(CheckContext& context, CheckResult& result) {
    Objects objects(context.session);
    auto hierarchies = cgroups(objects);
    std::vector<const CgroupView*> killed;
    for (const CgroupHierarchy& hierarchy : hierarchies)
        for (const CgroupView& group : hierarchy.groups)
            if (group.online && group.memory && near_limit(*group.memory) && group.memory->oom_kills > 0)
                killed.push_back(&group);
    if (killed.empty()) return;
    std::ranges::stable_sort(killed, std::ranges::greater{},
                             [](const CgroupView* group) { return group->memory->oom_kills; });
    Finding finding{.id = "cgroup-limits",
                    .title = fmt::format(
                        "{} control group{} at {} memory limit, with processes killed for it", killed.size(),
                        killed.size() == 1 ? " was" : "s were", killed.size() == 1 ? "its" : "their"),
                    .confidence = 0.8,
                    .statement =
                        "The kernel killed in these groups because of their own limit, whatever memory "
                        "the machine had."};
    for (std::size_t i = 0; i < std::min(killed.size(), kShown); ++i) {
        const CgroupMemory& memory = *killed[i]->memory;
        finding.evidence.push_back(
            {fmt::format("{}: {} of {}, at the limit {} times, {} killed", killed[i]->path,
                         megabytes(memory.current / 1024), megabytes(*memory.maximum / 1024),
                         memory.maximum_events, memory.oom_kills),
             "mem_cgroup at " + hex(killed[i]->address)});
    }
    result.findings.push_back(std::move(finding));
    std::ranges::copy(objects.problems(), std::back_inserter(result.limits));
}

constexpr std::string_view kMembers[] = {"cgroup.subsys", "mem_cgroup.memory"};

}  // namespace

extern const Checker plugin_checkers_cgroup_limits;
const Checker plugin_checkers_cgroup_limits{
    .id = "cgroup-limits",
    .question = "control groups at their memory limits",
    .needs = {.members = kMembers},
    .run = run,
};

}  // namespace inquest
