#include <algorithm>
#include <fmt/format.h>

#include "base/text.h"
#include "inspect/inspection.h"
#include "inspect/task_selection.h"
#include "kernel/subsystems/runqueue.h"

namespace inquest {
namespace {

Json json_of(const RunQueue& queue) {
    Json one;
    one.set("cpu", queue.cpu);
    one.set("address", hex(queue.address));
    one.set("running", queue.running);
    one.set("switches", queue.switches);
    one.set("clock", queue.clock);
    one.set("in_io", queue.in_io);
    one.set("current", queue.current ? json_of_task(*queue.current) : Json());
    Json::Array queued;
    for (const QueuedTask& waiting : queue.queued) {
        Json task = json_of_task(waiting.task);
        task.set("queue", waiting.queue);
        task.set("priority", waiting.priority);
        task.set("order", waiting.order);
        task.set("depth", waiting.depth);
        task.set("delayed", waiting.delayed);
        queued.push_back(std::move(task));
    }
    one.set("queued", std::move(queued));
    return one;
}

std::string lines_of(const RunQueue& queue) {
    std::string text = fmt::format("CPU {}  RUNQUEUE: {:016x}  {} running, {} context switches\n", queue.cpu,
                                   queue.address, queue.running, queue.switches);
    if (queue.current)
        text += fmt::format("  CURRENT: PID: {}  TASK: {:016x}  COMMAND: \"{}\"\n", queue.current->pid,
                            queue.current->address, escape_for_terminal(queue.current->comm));
    for (const QueuedTask& waiting : queue.queued)
        text += fmt::format("  {:3} {}[{:3}] PID: {:<7} TASK: {:016x}  COMMAND: \"{}\"{}\n", waiting.queue,
                            std::string(std::min(waiting.depth, 32U) * 2, ' '), waiting.priority,
                            waiting.task.pid, waiting.task.address, escape_for_terminal(waiting.task.comm),
                            waiting.delayed ? "  (sleeps, taken off later)" : "");
    if (queue.queued.empty()) text += "  (nothing waits)\n";
    return text;
}

Result<InspectionAnswer> run(Workspace& workspace, std::span<const std::string> arguments) {
    auto options = Options::parse("runq", "", arguments);
    if (!options) return std::unexpected(std::move(options.error()));
    if (!options->words().empty()) return fail("runq takes no words");
    if (!workspace.session().types()) return cannot_tell(join(workspace.session().problems(), "; "));
    Objects objects(workspace.session());
    auto queues = run_queues(objects);
    if (queues.empty()) return cannot_tell("the kernel's symbols do not tell where its run queues are");
    InspectionAnswer answer;
    Json loads;
    if (auto load = load_averages(workspace.session())) {
        answer.text = "LOAD:";
        for (std::uint64_t hundredths : *load) {
            const std::string one = fmt::format("{}.{:02}", hundredths / 100, hundredths % 100);
            answer.text += " " + one;
            loads.push(one);
        }
        answer.text += "\n";
    }
    Json::Array all;
    for (const RunQueue& queue : queues) {
        answer.text += (answer.text.empty() ? "" : "\n") + lines_of(queue);
        all.push_back(json_of(queue));
    }
    answer.json.set("load", std::move(loads));
    answer.json.set("cpus", std::move(all));
    answer.problems = objects.problems();
    return answer;
}

}  // namespace

extern const Inspection plugin_inspections_runq;
const Inspection plugin_inspections_runq{
    "runq", "", "what each CPU runs and what waits to run on it, with the load averages",
    "By CPU: deadline tasks, real-time tasks by priority, then the tasks of CFS (EEVDF since 6.6) in the "
    "order of\n"
    "their tree; those in task groups are indented. [n] is the priority: 120 is nice 0, below 100 is real "
    "time.\n",
    run};

}  // namespace inquest
