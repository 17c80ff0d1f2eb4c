#include "kernel/backtrace.h"

#include "dump/prstatus.h"
#include "unwind/unwind.h"

namespace inquest {
namespace {

// arch/x86/include/asm/ptrace.h: struct pt_regs in words.
constexpr unsigned kBp = 4, kIp = 16, kCs = 17, kSp = 19, kWords = 21;
constexpr std::uint64_t kLargestStack = 64 << 10;  // KASAN doubles 16K twice

std::optional<UnwindStart> from_notes(const Session& session, const TaskView& task) {
    if (!task.current) return std::nullopt;
    std::optional<UnwindStart> by_pid;
    for (const CpuRegisters& cpu : cpu_registers(session.facts().notes)) {
        if (cpu.values.size() < kWords) continue;
        UnwindStart start{cpu.values[kIp], cpu.values[kSp],
                          cpu.values[kBp], true,
                          std::nullopt,    {cpu.values.begin(), cpu.values.begin() + kWords}};
        if (cpu.values[kSp] - task.stack < kLargestStack) return start;  // the stack tells for certain
        if (task.pid != 0 && cpu.pid == task.pid && !(cpu.values[kCs] & 3))
            by_pid = start;  // on another stack: IRQ, NMI
    }
    return by_pid;
}

// arch/x86/include/asm/switch_to.h: struct inactive_task_frame lies where thread.sp points.
std::optional<UnwindStart> from_saved(Session& session, const TaskView& task) {
    const Btf* types = session.types();
    if (!types) return std::nullopt;
    auto thread_sp = types->offset_of("task_struct", "thread.sp");
    auto bp_at = types->offset_of("inactive_task_frame", "bp"),
         return_at = types->offset_of("inactive_task_frame", "ret_addr");
    if (!thread_sp || !bp_at || !return_at) return std::nullopt;
    auto sp = session.read_pointer(task.address + *thread_sp);
    auto bp = sp ? session.read_pointer(*sp + *bp_at) : std::nullopt,
         ip = sp ? session.read_pointer(*sp + *return_at) : std::nullopt;
    if (!bp || !ip) return std::nullopt;
    return UnwindStart{*ip, *sp + *return_at + 8, *bp, false, std::nullopt, {}};
}

}  // namespace

Backtrace backtrace(Session& session, CodeMap& code, const TaskView& task) {
    Backtrace trace;
    auto start = from_notes(session, task);
    trace.start = start ? "NT_PRSTATUS note" : "saved stack pointer";
    if (!start) start = from_saved(session, task);
    if (!start || session.arch().name != "x86_64") {
        trace.lost = start ? "stacks of this architecture cannot be unwound yet"
                           : "neither a note nor a saved stack pointer tells where its stack begins";
        return trace;
    }
    UnwindContext context{session.memory(), [&](std::uint64_t ip) { return code.orc(ip); },
                          [&](std::uint64_t ip) { return code.is_text(ip); }};
    StackTrace stack = unwind_x86_64(context, *start);
    for (const StackFrame& walked : stack.frames) {
        Frame frame;
        static_cast<CodeRef&>(frame) = code.describe(walked.ip, walked.exact);
        frame.found_by = walked.found_by;
        if (walked.registers) frame.context = "exception";
        trace.frames.push_back(std::move(frame));
    }
    trace.complete = stack.complete;
    trace.lost = std::move(stack.lost);
    return trace;
}

}  // namespace inquest
