#include "kernel/backtrace.h"

#include "dump/prstatus.h"
#include "unwind/unwind.h"

namespace inquest {
namespace {

constexpr std::uint64_t kLargestStack = 64 << 10;  // KASAN doubles 16K twice

// Where an architecture keeps things in the registers of a note (struct pt_regs or user_pt_regs, in words)
// and in the context that the scheduler saves.
struct StackLayout {
    std::size_t words, ip, sp, frame_pointer;
    std::optional<std::size_t> status;  // x86's CS, whose low bits tell user mode
};
// arch/x86/include/asm/ptrace.h: struct pt_regs
constexpr StackLayout kX86{21, 16, 19, 4, 17};
// arch/arm64/include/uapi/asm/ptrace.h: x0 to x30, sp, pc, pstate
constexpr StackLayout kArm64{34, 32, 31, 29, std::nullopt};

std::optional<UnwindStart> from_notes(const Session& session, const StackLayout& layout,
                                      const TaskView& task) {
    if (!task.current) return std::nullopt;
    std::optional<UnwindStart> by_pid;
    for (const CpuRegisters& cpu : cpu_registers(session.facts().notes)) {
        const auto& values = cpu.values;
        if (values.size() < layout.words) continue;
        UnwindStart start{values[layout.ip],
                          values[layout.sp],
                          values[layout.frame_pointer],
                          true,
                          std::nullopt,
                          {values.begin(), values.begin() + static_cast<std::ptrdiff_t>(layout.words)}};
        if (start.sp - task.stack < kLargestStack) return start;  // the stack tells for certain
        bool user = layout.status && values[*layout.status] & 3;
        if (task.pid != 0 && cpu.pid == task.pid && !user) by_pid = start;  // on another stack: IRQ, NMI
    }
    return by_pid;
}

// arch/x86/include/asm/switch_to.h: struct inactive_task_frame lies where thread.sp points.
std::optional<UnwindStart> saved_x86(Session& session, const Btf& types, const TaskView& task) {
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
std::optional<UnwindStart> saved_arm64(Session& session, const Btf& types, const TaskView& task) {
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

}  // namespace

Backtrace backtrace(Session& session, CodeMap& code, const TaskView& task) {
    Backtrace trace;
    const bool arm64 = session.arch().name == "arm64";
    auto start = from_notes(session, arm64 ? kArm64 : kX86, task);
    trace.start = start ? "NT_PRSTATUS note" : "saved stack pointer";
    if (const Btf* types = session.types(); types && !start)
        start = arm64 ? saved_arm64(session, *types, task) : saved_x86(session, *types, task);
    if (!start) {
        trace.lost = "neither a note nor a saved stack pointer tells where its stack begins";
        return trace;
    }
    UnwindContext context{session.memory(), [&](std::uint64_t ip) { return code.orc(ip); },
                          [&](std::uint64_t ip) { return code.is_text(ip); }};
    auto pac_mask = static_cast<std::uint64_t>(session.info().number("KERNELPACMASK").value_or(0));
    StackTrace stack = arm64 ? unwind_arm64(context, *start, pac_mask) : unwind_x86_64(context, *start);
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
