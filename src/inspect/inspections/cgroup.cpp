#include "kernel/subsystems/cgroup.h"

#include <algorithm>
#include <fmt/format.h>

#include "base/text.h"
#include "inspect/inspection.h"

namespace inquest {
namespace {

Json limit_json(const std::optional<std::uint64_t>& limit) { return limit ? Json(*limit) : Json(); }

Json json_of(Objects& objects, const CgroupView& group, bool with_members) {
    Json one;
    one.set("path", group.path);
    one.set("address", hex(group.address));
    one.set("online", group.online);
    one.set("tasks", group.tasks);
    if (with_members) {
        Json::Array pids;
        for (int pid : cgroup_members(objects, group.address)) pids.emplace_back(pid);
        one.set("pids_in_it", std::move(pids));
    }
    Json memory, pids;
    if (group.memory) {
        const CgroupMemory& used = *group.memory;
        memory.set("current", used.current);
        memory.set("peak", used.peak);
        memory.set("min", used.minimum);
        memory.set("low", used.low);
        memory.set("high", limit_json(used.high));
        memory.set("max", limit_json(used.maximum));
        memory.set("swap", used.swap);
        memory.set("swap_max", limit_json(used.swap_maximum));
        memory.set("events_high", used.high_events);
        memory.set("events_max", used.maximum_events);
        memory.set("events_oom", used.oom_events);
        memory.set("events_oom_kill", used.oom_kills);
    }
    if (group.pids) {
        pids.set("current", group.pids->current);
        pids.set("max", limit_json(group.pids->maximum));
    }
    one.set("memory", std::move(memory));
    one.set("pids", std::move(pids));
    return one;
}

std::string kilobytes(std::uint64_t bytes) { return std::to_string(bytes / 1024); }

std::string line_of(const CgroupView& group) {
    std::string text = fmt::format("{:6}", group.tasks);
    if (group.memory) {
        const CgroupMemory& used = *group.memory;
        text += fmt::format(" {:>11} {:>11} {:>10} {:>6} {:>6}", kilobytes(used.current),
                            used.maximum ? kilobytes(*used.maximum) : "max", kilobytes(used.swap),
                            used.maximum_events, used.oom_kills);
    } else {
        text += fmt::format(" {:>11} {:>11} {:>10} {:>6} {:>6}", "-", "-", "-", "-", "-");
    }
    text += group.pids ? fmt::format(" {:>6} {:>6}", group.pids->current,
                                     group.pids->maximum ? std::to_string(*group.pids->maximum) : "max")
                       : fmt::format(" {:>6} {:>6}", "-", "-");
    return text + fmt::format("  {}{}{}\n", std::string(std::min(group.depth, 32U), ' '),
                              escape_for_terminal(group.path), group.online ? "" : "  (removed)");
}

Result<InspectionAnswer> run(Workspace& workspace, std::span<const std::string> arguments) {
    auto options = Options::parse("cgroup", "p", arguments);
    if (!options) return std::unexpected(std::move(options.error()));
    if (!workspace.session().types()) return cannot_tell(join(workspace.session().problems(), "; "));
    Objects objects(workspace.session());
    auto hierarchies = cgroups(objects);
    if (hierarchies.empty())
        return cannot_tell("the kernel's symbols do not tell where its control groups are");
    InspectionAnswer answer;
    Json::Array all;
    for (const CgroupHierarchy& hierarchy : hierarchies) {
        answer.text +=
            fmt::format("{}HIERARCHY {} ({}{}{})  {}\n", answer.text.empty() ? "" : "\n", hierarchy.id,
                        hierarchy.unified ? "v2" : "v1", hierarchy.name.empty() ? "" : ", ",
                        escape_for_terminal(hierarchy.name), join(hierarchy.controllers, " "));
        answer.text += fmt::format("{:>6} {:>11} {:>11} {:>10} {:>6} {:>6} {:>6} {:>6}  PATH\n", "TASKS",
                                   "MEMORY(kB)", "MAX", "SWAP", "AT MAX", "KILLS", "PIDS", "MAX");
        Json one;
        one.set("id", hierarchy.id);
        one.set("unified", hierarchy.unified);
        one.set("name", hierarchy.name);
        Json::Array controllers, groups;
        for (const std::string& name : hierarchy.controllers) controllers.emplace_back(name);
        for (const CgroupView& group : hierarchy.groups) {
            const std::string prefix = options->words().empty() ? "" : options->words().front();
            if (!group.path.starts_with(prefix)) continue;
            answer.text += line_of(group);
            if (options->has('p') && group.tasks) {
                std::string pids;
                for (int pid : cgroup_members(objects, group.address)) pids += fmt::format(" {}", pid);
                answer.text += "      PIDs:" + pids + "\n";
            }
            groups.push_back(json_of(objects, group, options->has('p')));
        }
        one.set("controllers", std::move(controllers));
        one.set("groups", std::move(groups));
        all.push_back(std::move(one));
    }
    answer.json.set("hierarchies", std::move(all));
    answer.problems = objects.problems();
    return answer;
}

}  // namespace

extern const Inspection plugin_inspections_cgroup;
const Inspection plugin_inspections_cgroup{
    "cgroup", "[-p] [PATH]", "control groups: the tree, memory in use, limits, kills",
    "Every hierarchy, v2 and v1, or the groups at and below PATH. MEMORY and SWAP are in kB; AT MAX counts "
    "how often\n"
    "memory.max was hit, KILLS whom the OOM killer took for it, in the group and below. A group without "
    "figures has\n"
    "no such controller of its own. (removed): its directory is gone, what it was charged for is not.\n"
    "  -p  the PIDs in each group\n",
    run};

}  // namespace inquest
