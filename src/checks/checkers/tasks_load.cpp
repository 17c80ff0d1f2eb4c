// The load average, and what it was made of when the machine stopped.
#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <map>

#include "checks/checker.h"
#include "kernel/subsystems/runqueue.h"

namespace inquest {
namespace {

constexpr double kHigh = 2;  // times the CPUs

void run(CheckContext& context, CheckResult& result) {
    Objects objects(context.session);
    auto loads = load_averages(context.session);
    const auto queues = run_queues(objects);
    if (!loads || queues.empty()) return;
    const double load = static_cast<double>((*loads)[0]) / 100;
    if (load < kHigh * static_cast<double>(queues.size())) return;
    // What counts into the load: runnable tasks and those in state UN; idle workers (ID) do not.
    std::size_t waiting = 0, uninterruptible = 0, in_kernel = 0;
    std::map<std::string, std::size_t> names;
    std::uint64_t running = 0;
    for (const RunQueue& queue : queues) {
        running += queue.running;
        for (const QueuedTask& task : queue.queued) {
            if (task.delayed) continue;
            ++waiting;
            ++names[task.task.comm];
        }
    }
    for (const TaskView& task : context.tasks.tasks) {
        if (task.state != "UN") continue;
        ++uninterruptible;
        in_kernel += task.kernel_thread;
        ++names[task.comm];
    }
    auto most = std::ranges::max_element(names, {}, [](const auto& name) { return name.second; });
    Finding finding{.id = "tasks-load",
                    .title = fmt::format("load {:.2f} on {} CPUs", load, queues.size()),
                    .confidence = 0.9};
    finding.statement =
        fmt::format("{} task{} ran or waited for a CPU, {} waited uninterruptibly{}.", running,
                    running == 1 ? "" : "s", uninterruptible,
                    in_kernel ? fmt::format(" ({} of the kernel's own threads)", in_kernel) : std::string());
    if (running + uninterruptible < (*loads)[0] / 200)
        finding.statement +=
            " That is far less than the average: most of the load was over when the machine stopped.";
    else if (uninterruptible > waiting)
        finding.statement += " The load is waiting, for disks or locks, rather than computing.";
    if (most != names.end() && most->second > 1)
        finding.evidence.push_back(
            {fmt::format("{} of them are called {}", most->second, most->first), "the task list"});
    finding.evidence.push_back(
        {fmt::format("load averages {:.2f}, {:.2f}, {:.2f}", load, static_cast<double>((*loads)[1]) / 100,
                     static_cast<double>((*loads)[2]) / 100),
         "avenrun"});
    result.findings.push_back(std::move(finding));
}

constexpr std::array<std::string_view, 2> kSymbols{"avenrun", "runqueues"};

}  // namespace

extern const Checker plugin_checkers_tasks_load;
const Checker plugin_checkers_tasks_load{
    .id = "tasks-load",
    .question = "what the load was made of",
    .needs = {.symbols = kSymbols},
    .run = run,
};

}  // namespace inquest
