#include <algorithm>
#include <fmt/format.h>

#include "arch/lift.h"
#include "base/text.h"
#include "dataflow/dwarf_arguments.h"
#include "dataflow/frame_arguments.h"
#include "inspect/inspection.h"
#include "inspect/local_values.h"
#include "inspect/registers.h"
#include "kernel/backtrace.h"
#include "kernel/crashed_task.h"
#include "model/arguments_text.h"
#include "model/excerpt_text.h"

namespace inquest {
namespace {

Json argument_json(const FrameArgument& argument) {
    auto text = [](const std::string& value) { return value.empty() ? Json() : Json(value); };
    Json json;
    json.set("number", argument.number);
    json.set("name", text(argument.name));
    json.set("type", text(argument.type));
    json.set("value", argument.value ? Json(hex(*argument.value)) : Json());
    json.set("confidence", argument.value ? Json(argument.confidence) : Json());
    json.set("from", text(argument.from));
    json.set("dwarf", argument.dwarf ? Json(hex(*argument.dwarf)) : Json());
    json.set("identity", text(argument.identity));
    return json;
}

Json frame_json(const Frame& frame) {
    Json json;
    auto number = [](const auto& value) { return value ? Json(hex(*value)) : Json(); };
    json.set("symbol", frame.symbol.empty() ? Json() : Json(frame.symbol));
    json.set("offset", number(frame.offset));
    json.set("size", number(frame.size));
    json.set("module", frame.module.empty() ? Json() : Json(frame.module));
    json.set("address", number(frame.address));
    json.set("context", frame.context.empty() ? Json() : Json(frame.context));
    json.set("file", frame.file.empty() ? Json() : Json(frame.file));
    json.set("line", frame.line ? Json(frame.line) : Json());
    json.set("inlined", frame.inlined);
    json.set("found_by", frame.found_by);
    Json::Array arguments;
    for (const FrameArgument& argument : frame.arguments) arguments.push_back(argument_json(argument));
    json.set("arguments", std::move(arguments));
    return json;
}

struct Style {
    bool words = false, symbols = false;  // raw stack words; as symbols where they are
    bool identify = false;                // what arguments point to
    bool source = false;                  // the lines of the source, from --source
    bool locals = false;                  // the variables of each function
};

constexpr std::uint64_t kMostStackBytes = 16 << 10;  // of one frame

// What lies on the stack from this frame to its caller's.
std::string raw_stack(Workspace& workspace, const Backtrace& trace, std::size_t index, bool symbols) {
    const std::uint64_t start = trace.stack[index].sp;
    const std::uint64_t end = index + 1 < trace.stack.size() ? trace.stack[index + 1].sp : start;
    if (end <= start || end - start > kMostStackBytes) return "";  // the caller is on another stack
    std::string text;
    for (std::uint64_t place = start; place < end; place += 8) {
        if ((place - start) % 16 == 0)
            text += fmt::format("{}    {:016x}: ", place == start ? "" : "\n", place);
        std::uint64_t value = 0;
        auto outcome =
            workspace.session().read(place, {reinterpret_cast<std::uint8_t*>(&value), sizeof value});
        std::string symbol = symbols && outcome == ReadOutcome::present ? workspace.symbol_text(value) : "";
        text += outcome != ReadOutcome::present ? fmt::format(" {:<16}", name_of(outcome))
                : symbol.empty()                ? fmt::format(" {:016x}", value)
                                                : fmt::format(" {:<16}", escape_for_terminal(symbol));
    }
    return std::string(text) + "\n";
}

NamedRegisters registers_of(Workspace& workspace, const Backtrace& trace, std::size_t index) {
    const Session& session = workspace.session();
    if (trace.stack[index].registers)
        return read_registers(session, *trace.stack[index].registers, trace.stack[index].all_registers);
    const bool first =
        std::all_of(trace.frames.begin(), trace.frames.begin() + static_cast<std::ptrdiff_t>(index),
                    [](const Frame& frame) { return frame.inlined; });
    return first && !trace.frames[index].inlined ? name_registers(session.arch(), trace.first_registers)
                                                 : NamedRegisters{};
}

std::string source_text(const Frame& frame) {
    if (frame.file.empty()) return "";
    return "  " + escape_for_terminal(frame.file) + (frame.line ? ":" + std::to_string(frame.line) : "");
}

std::string frame_line(const Frame& frame, std::size_t index) {
    if (frame.inlined)
        return fmt::format("     {}{}  (inlined)\n", escape_for_terminal(frame.symbol), source_text(frame));
    std::string place = frame.symbol.empty()
                            ? hex(frame.address.value_or(0))
                            : fmt::format("{}+{}/{}", escape_for_terminal(frame.symbol),
                                          hex(frame.offset.value_or(0)), hex(frame.size.value_or(0)));
    if (!frame.module.empty()) place += " [" + escape_for_terminal(frame.module) + "]";
    // Only what is out of the ordinary is said of a frame: ORC is the rule.
    std::string remark = frame.context == "exception"        ? "  (exception)"
                         : frame.found_by == "frame-pointer" ? "  (by frame pointer: a guess)"
                         : frame.found_by == "call"          ? "  (by the call before it)"
                         : frame.found_by == "kretprobe"     ? "  (return address kept by a kretprobe)"
                         : frame.found_by == "function-graph"
                             ? "  (return address kept by the function graph tracer)"
                             : "";
    return fmt::format(" #{:<3}{}{}{}\n", index, place, source_text(frame), remark);
}

// Of each frame on the stack, by its place in the trace before inlined functions are added.
using Locals = std::vector<std::vector<dataflow::FunctionVariables>>;

// What the functions were called with, as far as registers, stack and debug files still tell; gives their
// variables where those are to be shown.
Locals add_arguments(Workspace& workspace, Backtrace& trace, Style style) {
    const Arch& arch = workspace.session().arch();
    Locals locals(trace.frames.size());
    if (!arch.lift || !arch.convention || trace.stack.empty()) return locals;
    const dataflow::FrameValues values(workspace.flow(), trace.stack,
                                       dataflow::registers_of(*arch.convention, trace.first_registers));
    const dataflow::FrameVariables variables(values, workspace.lines(), workspace.flow().environment());
    Identifier* identifier = style.identify ? &workspace.identifier() : nullptr;
    for (std::size_t i = 0; i < values.frames().size(); ++i) {
        auto position = values.frames()[i].position;
        if (!position) continue;
        auto& arguments = trace.frames[*position].arguments;
        arguments = dataflow::arguments_of(values, i, identifier);
        dataflow::hold_against_dwarf(arguments, values, variables, i);
        if (style.locals) locals[*position] = variables.of(i);
    }
    return locals;
}

// Those of one row: inlined functions come in front of the one that has the frame, as FrameVariables has
// them.
const dataflow::FunctionVariables* locals_of(const Locals& locals, std::size_t frame, std::size_t inlined,
                                             const Frame& row) {
    if (frame >= locals.size() || locals[frame].empty()) return nullptr;
    if (!row.inlined) return locals[frame].back().inlined ? nullptr : &locals[frame].back();
    return inlined < locals[frame].size() ? &locals[frame][inlined] : nullptr;
}

std::string arguments_lines(const Frame& frame, bool identify) {
    if (!identify) {
        const std::string text = arguments_text(frame);
        return text.empty() ? "" : "      " + escape_for_terminal(text) + "\n";
    }
    std::string lines;
    for (const FrameArgument& argument : frame.arguments) {
        if (!argument.value) continue;
        Frame only;
        only.arguments = {argument};
        lines += fmt::format("      {}{}\n", escape_for_terminal(arguments_text(only)),
                             argument.identity.empty() ? "" : ": " + escape_for_terminal(argument.identity));
    }
    return lines;
}

// The line of a frame with those around it, below the frame; as JSON null where no tree has it.
Json show_source(std::string& text, Workspace& workspace, const Frame& frame) {
    constexpr unsigned kAround = 2;
    SourceExcerpt excerpt;
    excerpt.lines = workspace.sources().around(frame.file, frame.line, kAround, kAround);
    if (excerpt.lines.empty()) return {};
    const std::string shown = excerpt_lines(excerpt);
    for (std::string_view line : split_lines(shown)) text += "      " + escape_for_terminal(line) + "\n";
    Json::Array lines;
    for (const SourceLine& line : excerpt.lines) {
        Json one;
        one.set("number", line.number);
        one.set("text", line.text);
        one.set("marked", line.marked);
        lines.push_back(std::move(one));
    }
    return lines;
}

// Text and JSON of the frames, source lines with them.
Json::Array show_frames(InspectionAnswer& answer, Workspace& workspace, Backtrace& trace, Style style) {
    const Locals locals = add_arguments(workspace, trace, style);
    workspace.lines().add_to(trace);
    Json::Array frames;
    std::size_t number = 0, inlined = 0;  // of the frames on the stack: inlined functions have none
    for (std::size_t i = 0; i < trace.frames.size(); ++i) {
        answer.text += frame_line(trace.frames[i], number);
        answer.text += arguments_lines(trace.frames[i], style.identify);
        Json frame = frame_json(trace.frames[i]);
        if (style.locals) {
            const auto* own = locals_of(locals, number, inlined, trace.frames[i]);
            if (own) answer.text += locals_text(workspace, *own);
            frame.set("locals", own ? locals_json(workspace, *own) : Json(Json::Array{}));
        }
        inlined = trace.frames[i].inlined ? inlined + 1 : 0;
        if (!trace.frames[i].inlined) ++number;
        if (style.source) frame.set("source", show_source(answer.text, workspace, trace.frames[i]));
        frame.set("sp", hex(trace.stack[i].sp));
        if (auto registers = registers_of(workspace, trace, i); !registers.empty()) {
            answer.text += registers_text(registers);
            frame.set("registers", registers_json(registers));
        }
        if (style.words) answer.text += raw_stack(workspace, trace, i, style.symbols);
        frames.push_back(std::move(frame));
    }
    return frames;
}

void show(InspectionAnswer& answer, Json::Array& tasks, Workspace& workspace, const TaskView& task,
          Style style) {
    Backtrace trace = backtrace(workspace.session(), workspace.code(), task);
    if (!answer.text.empty()) answer.text += '\n';
    answer.text +=
        fmt::format("PID: {}  TASK: {:016x}  CPU: {}  STATE: {}{}  COMMAND: \"{}\"\n", task.pid, task.address,
                    task.cpu, task.state, task.current ? " (active)" : "", escape_for_terminal(task.comm));
    Json::Array frames = show_frames(answer, workspace, trace, style);
    Json one;
    one.set("pid", task.pid);
    one.set("comm", task.comm);
    one.set("cpu", task.cpu);
    one.set("address", hex(task.address));
    one.set("state", task.state);
    one.set("complete", trace.complete);
    one.set("frames", std::move(frames));
    if (trace.user_registers) {
        auto registers = read_registers(workspace.session(), *trace.user_registers, true);
        answer.text += registers.empty() ? "" : " user mode\n" + registers_text(registers);
        one.set("user_registers", registers_json(registers));
    }
    if (auto registers = name_registers(workspace.session().arch(), trace.user_values); !registers.empty()) {
        answer.text += " user mode\n" + registers_text(registers);
        one.set("user_registers", registers_json(registers));
    }
    if (trace.start == "no stack") answer.text += " (no stack: the kernel freed it when the task ended)\n";
    if (!trace.complete) {
        answer.text += " (the trail ends here: " + trace.lost + ")\n";
        if (!trace.offline)  // that is how the machine was, no fault of the dump
            answer.problems.push_back(
                fmt::format("the stack of PID {} is not complete: {}", task.pid, trace.lost));
    }
    tasks.push_back(std::move(one));
}

// Without tasks: the CPUs' registers and what lies on their stacks.
InspectionAnswer show_notes(Workspace& workspace, Style style) {
    InspectionAnswer answer{.text = {}, .json = Json(Json::Object{}), .problems = workspace.tasks().problems};
    Json::Array tasks;
    for (CpuBacktrace& cpu : backtraces_of_notes(workspace.session(), workspace.code())) {
        if (!answer.text.empty()) answer.text += '\n';
        answer.text += fmt::format("PID: {}  as the note of its CPU's registers says{}\n", cpu.pid,
                                   cpu.user_mode ? "; in user mode" : "");
        if (cpu.user_mode)
            answer.text += registers_text(name_registers(workspace.session().arch(), cpu.trace.user_values));
        Json one;
        one.set("pid", cpu.pid);
        one.set("complete", cpu.trace.complete);
        one.set("frames", show_frames(answer, workspace, cpu.trace, style));
        if (!cpu.user_mode && !cpu.trace.complete)
            answer.text += " (the trail ends here: " + cpu.trace.lost + ")\n";
        tasks.push_back(std::move(one));
    }
    answer.json.set("tasks", std::move(tasks));
    return answer;
}

Result<InspectionAnswer> run(Workspace& workspace, std::span<const std::string> arguments) {
    auto options = Options::parse("bt", "afFgilsc:", arguments);
    if (!options) return std::unexpected(std::move(options.error()));
    const TaskList& list = workspace.tasks();
    InspectionAnswer answer{.text = {}, .json = Json(Json::Object{}), .problems = list.problems};
    const Style style{options->has('f') || options->has('F'), options->has('F'), options->has('i'),
                      options->has('s') && !workspace.sources().empty(), options->has('l')};
    if (style.locals && !workspace.session().kernel_file())
        answer.problems.emplace_back(
            "local variables are in the kernel's debug file: name it with --symbols");
    if (list.tasks.empty()) return show_notes(workspace, style);
    Json::Array tasks;
    auto show_all = [&](auto selected) {
        std::size_t before = tasks.size();
        for (const TaskView& task : list.tasks)
            if (!workspace.stopped() && selected(task)) show(answer, tasks, workspace, task, style);
        return tasks.size() > before;
    };
    if (options->has('a')) show_all([](const TaskView& task) { return task.current; });
    if (auto cpus = options->value('c')) {
        auto wanted = workspace.cpus_of(*cpus);
        if (!wanted) return std::unexpected(std::move(wanted.error()));
        show_all([&](const TaskView& task) {
            return task.current && std::ranges::find(*wanted, task.cpu) != wanted->end();
        });
    }
    std::vector<TaskView> named;
    for (const std::string& word : options->words()) {
        auto selected = [&](const TaskView& task) {
            return word == "all" || parse_signed(word) == task.pid || parse_hex(word) == task.address;
        };
        std::size_t before = named.size();
        std::ranges::copy_if(list.tasks, std::back_inserter(named), selected);
        if (named.size() == before) return fail("no task " + word + "; ps lists them");
    }
    if (named.empty() && !options->has('a') && !options->has('c')) {
        auto crashed = crashed_task(workspace.session(), workspace.code(), list);
        if (!crashed)
            return cannot_tell("the dump does not tell which CPU crashed; bt -a shows what every CPU ran");
        named.push_back(*crashed);
    }
    for (const TaskView& task : named)
        show_all([&](const TaskView& other) {
            return options->has('g') ? other.tgid == task.tgid : other.address == task.address;
        });
    answer.json.set("tasks", std::move(tasks));
    note_sources(answer, workspace);
    return answer;
}

}  // namespace

extern const Inspection plugin_inspections_bt;
const Inspection plugin_inspections_bt{
    "bt", "[-a | -c CPUS] [-f | -F] [-g] [-i] [-l] [-s] [all | PID | TASK]...",
    "the stack of a task, exactly as the unwind tables in the dump give it",
    "Without arguments: the task that crashed, from the fault on, with the registers of every\n"
    "exception on the way and those of user mode.\n"
    "  -a  what every CPU ran              -c  what these CPUs ran (0-3,5)\n"
    "  -f  the stack's words frame by frame, -F with symbols\n"
    "  -g  every thread of the task's group\n"
    "  -i  what each argument points to\n"
    "  -l  the parameters and local variables of each function, inlined ones too, from a debug file\n"
    "  -s  the source of each frame, from the tree that --source names\n"
    "Below a frame stand the arguments that its function was called with, as far as registers and\n"
    "stack still tell; without a prototype those that its code reads, by number.\n"
    "A frame without a remark was found by ORC; a guess is called one, and where the trail\n"
    "is lost the reason is given.",
    run};

}  // namespace inquest
