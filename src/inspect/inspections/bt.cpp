#include <algorithm>
#include <fmt/format.h>

#include "base/text.h"
#include "inspect/inspection.h"
#include "kernel/backtrace.h"
#include "kernel/crashed_task.h"

namespace inquest {
namespace {

Json frame_json(const Frame& frame) {
    Json json;
    auto number = [](const auto& value) { return value ? Json(hex(*value)) : Json(); };
    json.set("symbol", frame.symbol.empty() ? Json() : Json(frame.symbol));
    json.set("offset", number(frame.offset));
    json.set("size", number(frame.size));
    json.set("module", frame.module.empty() ? Json() : Json(frame.module));
    json.set("address", number(frame.address));
    json.set("context", frame.context.empty() ? Json() : Json(frame.context));
    json.set("found_by", frame.found_by);
    return json;
}

void show(InspectionAnswer& answer, Json::Array& tasks, Workspace& workspace, const TaskView& task) {
    Backtrace trace = backtrace(workspace.session(), workspace.code(), task);
    if (!answer.text.empty()) answer.text += '\n';
    answer.text +=
        fmt::format("PID: {}  TASK: {:016x}  CPU: {}  STATE: {}{}  COMMAND: \"{}\"\n", task.pid, task.address,
                    task.cpu, task.state, task.current ? " (active)" : "", escape_for_terminal(task.comm));
    Json::Array frames;
    for (std::size_t i = 0; i < trace.frames.size(); ++i) {
        const Frame& frame = trace.frames[i];
        std::string place = frame.symbol.empty()
                                ? hex(frame.address.value_or(0))
                                : fmt::format("{}+{}/{}", escape_for_terminal(frame.symbol),
                                              hex(frame.offset.value_or(0)), hex(frame.size.value_or(0)));
        if (!frame.module.empty()) place += " [" + escape_for_terminal(frame.module) + "]";
        // Only what is out of the ordinary is said of a frame: ORC is the rule.
        std::string remark = frame.context == "exception"        ? "  (exception)"
                             : frame.found_by == "frame-pointer" ? "  (by frame pointer: a guess)"
                                                                 : "";
        answer.text += fmt::format(" #{:<3}{}{}\n", i, place, remark);
        frames.push_back(frame_json(frame));
    }
    if (!trace.complete) {
        answer.text += " (the trail ends here: " + trace.lost + ")\n";
        answer.problems.push_back(
            fmt::format("the stack of PID {} is not complete: {}", task.pid, trace.lost));
    }
    Json one;
    one.set("pid", task.pid);
    one.set("comm", task.comm);
    one.set("cpu", task.cpu);
    one.set("address", hex(task.address));
    one.set("state", task.state);
    one.set("complete", trace.complete);
    one.set("frames", std::move(frames));
    tasks.push_back(std::move(one));
}

Result<InspectionAnswer> run(Workspace& workspace, std::span<const std::string> arguments) {
    const TaskList& list = workspace.tasks();
    if (list.tasks.empty()) return fail("no task can be found: " + join(list.problems, "; "));
    InspectionAnswer answer{.text = {}, .json = Json(Json::Object{}), .problems = list.problems};
    Json::Array tasks;
    if (arguments.empty()) {
        auto crashed = crashed_task(workspace.session(), workspace.code(), list);
        if (!crashed) return fail("the dump does not tell which CPU crashed; bt -a shows what every CPU ran");
        show(answer, tasks, workspace, *crashed);
    }
    for (const std::string& argument : arguments) {
        auto selected = [&](const TaskView& task) {
            if (argument == "-a") return task.current;
            return argument == "all" || parse_signed(argument) == task.pid ||
                   parse_hex(argument) == task.address;
        };
        if (argument.starts_with("-") && argument != "-a") return fail("bt does not know " + argument);
        std::size_t before = tasks.size();
        for (const TaskView& task : list.tasks)
            if (selected(task)) show(answer, tasks, workspace, task);
        if (tasks.size() == before) return fail("no task " + argument + "; ps lists them");
    }
    answer.json.set("tasks", std::move(tasks));
    return answer;
}

}  // namespace

extern const Inspection plugin_inspections_bt;
const Inspection plugin_inspections_bt{
    "bt", "[-a | all | PID | TASK]...",
    "the stack of a task, exactly as the unwind tables in the dump give it",
    "Without arguments: the task that crashed, from the fault on. -a: what every CPU ran.\n"
    "A frame without a remark was found by ORC; a guess is called one, and where the trail\n"
    "is lost the reason is given.",
    run};

}  // namespace inquest
