#include "kernel/backtrace.h"

#include "kernel/cpu_registers.h"
#include "kernel/return_hooks.h"

namespace inquest {
namespace {

// The caller of a function that has no unwind entries, as __crash_kexec has none (STACK_FRAME_NON_STANDARD):
// the first return address on the stack behind a call of just this function.
std::optional<UnwindStart> caller_by_call(const Session& session, CodeMap& code, const UnwindStart& callee) {
    constexpr std::uint64_t kLargestFrame = 4096;
    auto entry = code.orc(callee.ip);
    const CodeRef function = code.describe(callee.ip, true);
    if ((entry && entry->type != OrcEntry::Type::undefined) || !function.offset) return std::nullopt;
    const std::uint64_t start = callee.ip - *function.offset;
    for (std::uint64_t slot = callee.sp; slot < callee.sp + kLargestFrame; slot += 8) {
        auto back = session.read_pointer(slot);
        if (!back) break;
        if (!code.is_text(*back)) continue;
        constexpr std::uint8_t kCall = 0xe8;  // with a 4-byte distance
        auto opcode = session.read_as<std::uint8_t>(*back - 5);
        auto distance = session.read_as<std::int32_t>(*back - 4);
        if (opcode == kCall && distance &&
            *back + static_cast<std::uint64_t>(std::int64_t{*distance}) == start)
            return UnwindStart{*back, slot + 8, callee.bp, false, std::nullopt, {}};
    }
    return std::nullopt;
}

// arch/x86/include/asm/switch_to.h: struct inactive_task_frame lies where thread.sp points.
std::optional<UnwindStart> saved_x86(Session& session, const Types& types, const TaskView& task) {
    auto thread_sp = types.offset_of("task_struct", "thread.sp");
    auto bp_at = types.offset_of("inactive_task_frame", "bp"),
         return_at = types.offset_of("inactive_task_frame", "ret_addr");
    if (!thread_sp || !bp_at || !return_at) return std::nullopt;
    auto sp = session.read_pointer(task.address + *thread_sp);
    auto bp = sp ? session.read_pointer(*sp + *bp_at) : std::nullopt,
         ip = sp ? session.read_pointer(*sp + *return_at) : std::nullopt;
    if (!bp || !ip) return std::nullopt;
    return UnwindStart{*ip, *sp + *return_at + 8, *bp, false, std::nullopt, {}};
}

// arch/arm64/include/asm/processor.h: struct cpu_context holds fp, sp and pc.
std::optional<UnwindStart> saved_arm64(Session& session, const Types& types, const TaskView& task) {
    auto context = types.offset_of("task_struct", "thread.cpu_context");
    auto fp_at = types.offset_of("cpu_context", "fp"), sp_at = types.offset_of("cpu_context", "sp"),
         pc_at = types.offset_of("cpu_context", "pc");
    if (!context || !fp_at || !sp_at || !pc_at) return std::nullopt;
    const std::uint64_t saved = task.address + *context;
    auto fp = session.read_pointer(saved + *fp_at), sp = session.read_pointer(saved + *sp_at),
         pc = session.read_pointer(saved + *pc_at);
    if (!fp || !sp || !pc) return std::nullopt;
    return UnwindStart{*pc, *sp, *fp, false, std::nullopt, {}};
}

Arm64Stacks arm64_stacks(Session& session) {
    Arm64Stacks stacks;
    stacks.pac_mask = static_cast<std::uint64_t>(session.info().number("KERNELPACMASK").value_or(0));
    if (const Types* types = session.types()) {
        stacks.record_in_registers = types->offset_of("pt_regs", "stackframe");
        stacks.record_has_type = types->offset_of("frame_record_meta", "type").has_value();
    }
    stacks.entry_start = session.symbols().address_of("__entry_text_start").value_or(0);
    stacks.entry_end = session.symbols().address_of("__entry_text_end").value_or(0);
    return stacks;
}

// The frames of a task from these registers on.
void walk_from(Session& session, CodeMap& code, std::uint64_t task, UnwindStart start, Backtrace& trace) {
    const bool arm64 = session.arch().name == "arm64";
    ReturnHooks hooks(session, task);
    UnwindContext context{
        session.memory(), [&](std::uint64_t ip) { return code.orc(ip); },
        [&](std::uint64_t ip) { return code.is_text(ip); },
        [&](std::uint64_t address, std::uint64_t slot) { return hooks.original(address, slot); }};
    StackTrace stack =
        arm64 ? unwind_arm64(context, start, arm64_stacks(session)) : unwind_x86_64(context, start);
    if (!arm64 && stack.frames.size() == 1 && !stack.complete) {
        if (auto caller = caller_by_call(session, code, start)) {
            StackTrace rest = unwind_x86_64(context, *caller);
            rest.frames.front().found_by = "call";
            rest.frames.insert(rest.frames.begin(), stack.frames.front());
            stack = std::move(rest);
        }
    }
    for (const StackFrame& walked : stack.frames) {
        Frame frame;
        static_cast<CodeRef&>(frame) = code.describe(walked.ip, walked.exact);
        frame.found_by = walked.found_by;
        if (walked.registers) frame.context = "exception";
        trace.frames.push_back(std::move(frame));
    }
    trace.first_registers = std::move(start.values);
    trace.user_registers = stack.user_registers;
    trace.stack = std::move(stack.frames);
    trace.complete = stack.complete;
    trace.lost = std::move(stack.lost);
}

}  // namespace

Backtrace backtrace(Session& session, CodeMap& code, const TaskView& task) {
    Backtrace trace;
    if (!task.current && task.stack == 0) {  // kernel/fork.c: a dead task's stack goes before the task does
        trace.complete = true;
        trace.start = "no stack";
        return trace;
    }
    const bool arm64 = session.arch().name == "arm64";
    std::optional<UnwindStart> start;
    if (task.current) {  // what the scheduler saved of it is old
        auto registers = registers_of_cpu(session, task);
        trace.start = "NT_PRSTATUS note";
        if (registers && registers->user) {
            trace.user_values = std::move(registers->start.values);
            trace.complete = true;
            return trace;
        }
        if (registers) start = std::move(registers->start);
    } else if (const Types* types = session.types()) {
        start = arm64 ? saved_arm64(session, *types, task) : saved_x86(session, *types, task);
        trace.start = "saved stack pointer";
    }
    if (!start) {
        trace.offline = task.current && is_offline(session, task.cpu);
        trace.lost = trace.offline
                         ? "CPU " + std::to_string(task.cpu) + " was offline, nothing saved its registers"
                     : task.current ? "the dump has no registers of its CPU"
                                    : "no saved stack pointer tells where its stack begins";
        return trace;
    }
    walk_from(session, code, task.address, std::move(*start), trace);
    return trace;
}

std::vector<CpuBacktrace> backtraces_of_notes(Session& session, CodeMap& code) {
    std::vector<CpuBacktrace> traces;
    for (auto& [pid, registers] : registers_in_notes(session)) {
        CpuBacktrace one{pid, registers.user, {}};
        one.trace.start = "NT_PRSTATUS note";
        if (registers.user) {
            one.trace.user_values = std::move(registers.start.values);
        } else {
            walk_from(session, code, 0, std::move(registers.start), one.trace);
        }
        traces.push_back(std::move(one));
    }
    return traces;
}

}  // namespace inquest
