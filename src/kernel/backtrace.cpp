#include "kernel/backtrace.h"

#include <algorithm>

#include "dump/prstatus.h"
#include "kernel/percpu.h"

namespace inquest {
namespace {

constexpr std::uint64_t kLargestStack = 64 << 10;  // KASAN doubles 16K twice

// Where an architecture keeps things in the registers of a note (struct pt_regs or user_pt_regs, in words)
// and in the context that the scheduler saves.
struct StackLayout {
    std::size_t words, ip, sp, frame_pointer;
    std::optional<std::size_t> status;   // x86's CS, whose low bits tell user mode
    std::optional<std::size_t> gs_base;  // behind pt_regs; QEMU's notes have the kernel's own in it
};
// arch/x86/include/asm/ptrace.h: struct pt_regs
constexpr StackLayout kX86{21, 16, 19, 4, 17, 22};
// arch/arm64/include/uapi/asm/ptrace.h: x0 to x30, sp, pc, pstate
constexpr StackLayout kArm64{34, 32, 31, 29, std::nullopt, std::nullopt};

// The top of a CPU's stack for interrupts on x86-64; 0 when it cannot be told.
std::uint64_t interrupt_stack(Session& session, unsigned cpu) {
    auto tops = per_cpu_pointers(session, "hardirq_stack_ptr");
    const Btf* types = session.types();
    auto offset = types ? types->offset_of("pcpu_hot", "hardirq_stack_ptr") : std::nullopt;
    if (tops.empty() && offset) tops = per_cpu_pointers(session, "pcpu_hot", *offset);  // 6.2 to 6.14
    return cpu < tops.size() ? tops[cpu] : 0;
}

// The registers of the CPU that runs the task. Notes do not say which CPU they are of (those that were
// offline have none), but its stacks do.
std::optional<UnwindStart> from_notes(Session& session, const StackLayout& layout, const TaskView& task) {
    constexpr std::uint64_t kInterruptStack = 16 << 10;
    const std::uint64_t top = layout.gs_base ? interrupt_stack(session, task.cpu) : 0;
    const auto offsets = layout.gs_base ? per_cpu_offsets(session) : std::vector<std::uint64_t>{};
    const std::uint64_t own_offset = task.cpu < offsets.size() ? offsets[task.cpu] : 0;
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
        const bool on_its_stack = start.sp - task.stack < kLargestStack,
                   in_interrupt = top && top - start.sp <= kInterruptStack,
                   has_its_base = own_offset && layout.gs_base && values.size() > *layout.gs_base &&
                                  values[*layout.gs_base] == own_offset;
        if (on_its_stack || in_interrupt || has_its_base) return start;
        bool user = layout.status && values[*layout.status] & 3;
        if (task.pid != 0 && cpu.pid == task.pid && !user) by_pid = start;  // on another stack: NMI
    }
    return by_pid;
}

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
    std::optional<UnwindStart> start;
    if (task.current) {  // what the scheduler saved of it is old
        start = from_notes(session, arm64 ? kArm64 : kX86, task);
        trace.start = "NT_PRSTATUS note";
    } else if (const Btf* types = session.types()) {
        start = arm64 ? saved_arm64(session, *types, task) : saved_x86(session, *types, task);
        trace.start = "saved stack pointer";
    }
    if (!start) {
        trace.lost = task.current ? "the dump has no registers of its CPU"
                                  : "no saved stack pointer tells where its stack begins";
        return trace;
    }
    UnwindContext context{session.memory(), [&](std::uint64_t ip) { return code.orc(ip); },
                          [&](std::uint64_t ip) { return code.is_text(ip); }};
    auto pac_mask = static_cast<std::uint64_t>(session.info().number("KERNELPACMASK").value_or(0));
    StackTrace stack = arm64 ? unwind_arm64(context, *start, pac_mask) : unwind_x86_64(context, *start);
    if (!arm64 && stack.frames.size() == 1 && !stack.complete) {
        if (auto caller = caller_by_call(session, code, *start)) {
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
    trace.first_registers = std::move(start->values);
    trace.user_registers = stack.user_registers;
    trace.stack = std::move(stack.frames);
    trace.complete = stack.complete;
    trace.lost = std::move(stack.lost);
    return trace;
}

}  // namespace inquest
