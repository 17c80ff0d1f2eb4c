// Too many tasks: a fork bomb, children that nobody waits for, a limit on PIDs that was hit.
#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <map>

#include "base/text.h"
#include "checks/checker.h"
#include "kernel/structure.h"
#include "kernel/subsystems/cgroup.h"

namespace inquest {
namespace {

constexpr std::size_t kManyZombies = 100, kMostShown = 5;
constexpr double kNearly = 0.9;  // of a limit

// Threads against kernel.threads-max and kernel.pid_max, and what most of them are.
void report_limit(CheckContext& context, CheckResult& result) {
    auto most_threads = read_global(context.session, "max_threads", 4);
    if (!most_threads || *most_threads == 0) return;
    const std::size_t threads = context.tasks.tasks.size();
    if (static_cast<double>(threads) < kNearly * static_cast<double>(*most_threads)) return;
    std::map<std::string, std::size_t> names;
    for (const TaskView& task : context.tasks.tasks) ++names[task.comm];
    auto most = std::ranges::max_element(names, {}, [](const auto& name) { return name.second; });
    Finding finding{
        .id = "tasks-crowd.limit",
        .title = fmt::format("{} of {} threads that the kernel allows exist", threads, *most_threads),
        .confidence = 0.9};
    finding.statement = "fork fails at the limit. ";
    if (most->second * 2 > threads)
        finding.statement += fmt::format("{} of them are called {}: one program's work, or a fork bomb.",
                                         most->second, most->first);
    finding.evidence = {{fmt::format("max_threads = {}", *most_threads), "kernel.threads-max"},
                        {fmt::format("{} tasks are called {}", most->second, most->first), "the task list"}};
    finding.advice = {
        "systemctl set-property UNIT TasksMax=512  # the program's own limit, so that it cannot take all; it "
        "fails alone then"};
    result.findings.push_back(std::move(finding));
}

void report_zombies(CheckContext& context, CheckResult& result) {
    std::map<int, std::size_t> by_parent;
    std::size_t zombies = 0;
    for (const TaskView& task : context.tasks.tasks)
        if (task.state == "ZO" && task.pid == task.tgid) ++zombies, ++by_parent[task.parent];
    if (zombies < kManyZombies) return;
    std::vector<std::pair<std::size_t, int>> parents;
    for (auto [parent, count] : by_parent) parents.emplace_back(count, parent);
    std::ranges::sort(parents, std::ranges::greater{});
    Finding finding{.id = "tasks-crowd.zombies",
                    .title = fmt::format("{} processes are dead and not waited for", zombies),
                    .confidence = 0.9};
    finding.statement =
        "They hold PIDs and little else; their parent does not call wait(). The parent is what to repair.";
    for (auto [count, pid] : parents) {
        if (finding.evidence.size() >= kMostShown) break;
        auto parent = std::ranges::find(context.tasks.tasks, pid, &TaskView::pid);
        const bool known = parent != context.tasks.tasks.end();
        finding.evidence.push_back(
            {fmt::format("{} are children of {} (PID {}), state {}", count,
                         known ? parent->comm : "an unknown task", pid, known ? parent->state : "unknown"),
             "the task list"});
    }
    result.findings.push_back(std::move(finding));
}

void report_groups(CheckContext& context, CheckResult& result) {
    Objects objects(context.session);
    Finding finding{.id = "tasks-crowd.pids",
                    .title = "control groups at their limit of tasks",
                    .confidence = 0.9,
                    .statement = "fork fails in them with EAGAIN."};
    for (const CgroupHierarchy& hierarchy : cgroups(objects))
        for (const CgroupView& group : hierarchy.groups) {
            if (!group.pids || !group.pids->maximum || *group.pids->maximum == 0) continue;
            const auto most = static_cast<double>(*group.pids->maximum);
            if (static_cast<double>(group.pids->current) < kNearly * most || !group.online) continue;
            finding.evidence.push_back({fmt::format("{}: {} tasks, pids.max is {}", group.path,
                                                    group.pids->current, *group.pids->maximum),
                                        "cgroup at " + hex(group.address)});
        }
    if (!finding.evidence.empty()) result.findings.push_back(std::move(finding));
}

void run(CheckContext& context, CheckResult& result) {
    report_limit(context, result);
    report_zombies(context, result);
    report_groups(context, result);
}

constexpr std::array<std::string_view, 1> kMembers{"task_struct.tasks"};

}  // namespace

extern const Checker plugin_checkers_tasks_crowd;
const Checker plugin_checkers_tasks_crowd{
    .id = "tasks-crowd",
    .question = "too many tasks: limits, zombies",
    .needs = {.members = kMembers},
    .run = run,
};

}  // namespace inquest
