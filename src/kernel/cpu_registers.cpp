#include "kernel/cpu_registers.h"

#include <algorithm>

#include "dump/prstatus.h"
#include "kernel/percpu.h"

namespace inquest {
namespace {

constexpr std::uint64_t kLargestStack = 64 << 10;  // KASAN doubles 16K twice

// Where an architecture keeps things in the registers of a note (struct pt_regs or user_pt_regs, in words).
struct NoteLayout {
    std::size_t words, ip, sp, frame_pointer, status;
    std::uint64_t user_mask, user_value;  // of the status: what user mode has in it
    std::optional<std::size_t> gs_base;   // behind pt_regs; QEMU's notes have the kernel's own in it
    std::string_view interrupt_stack;     // per-CPU pointer
    bool points_to_top;
};
// arch/x86/include/asm/ptrace.h: struct pt_regs; the low bits of CS are the privilege level.
constexpr NoteLayout kX86{21, 16, 19, 4, 17, 3, 3, 22, "hardirq_stack_ptr", true};
// arch/arm64/include/uapi/asm/ptrace.h: x0 to x30, sp, pc, pstate; PSR_MODE_EL0t is 0.
constexpr NoteLayout kArm64{34, 32, 31, 29, 33, 15, 0, std::nullopt, "irq_stack_ptr", false};

// The lowest address of a CPU's stack for interrupts; 0 when it cannot be told.
std::uint64_t interrupt_stack(Session& session, const NoteLayout& layout, unsigned cpu) {
    constexpr std::uint64_t kSize = 16 << 10;
    auto pointers = per_cpu_pointers(session, layout.interrupt_stack);
    const Types* types = session.types();
    auto offset = types ? types->offset_of("pcpu_hot", layout.interrupt_stack) : std::nullopt;
    if (pointers.empty() && offset) pointers = per_cpu_pointers(session, "pcpu_hot", *offset);  // 6.2 to 6.14
    const std::uint64_t pointer = cpu < pointers.size() ? pointers[cpu] : 0;
    return pointer && layout.points_to_top ? pointer - kSize : pointer;
}

// kernel/kexec_core.c: crash_save_cpu() fills a note of each CPU's own, which /proc/vmcore then strings
// together.
std::optional<CpuRegisters> own_note(Session& session, unsigned cpu) {
    constexpr std::size_t kSize = 512;  // of note_buf_t, at most; it never crosses a page
    auto notes = per_cpu_allocations(session, "crash_notes");
    if (cpu >= notes.size()) return std::nullopt;
    auto bytes = session.memory().bytes(notes[cpu], kSize, kSize);
    auto registers = cpu_registers(bytes);
    return registers.empty() ? std::nullopt : std::optional(std::move(registers.front()));
}

RegistersOfCpu interpret(const NoteLayout& layout, const CpuRegisters& registers) {
    const auto& values = registers.values;
    return {UnwindStart{values[layout.ip],
                        values[layout.sp],
                        values[layout.frame_pointer],
                        true,
                        std::nullopt,
                        {values.begin(), values.begin() + static_cast<std::ptrdiff_t>(layout.words)}},
            (values[layout.status] & layout.user_mask) == layout.user_value};
}

}  // namespace

bool is_offline(Session& session, unsigned cpu) {
    auto mask = session.symbols().address_of("__cpu_online_mask");
    auto word = mask ? session.read_pointer(*mask + cpu / 64 * 8) : std::nullopt;
    return word && (*word >> cpu % 64 & 1) == 0;
}

std::optional<RegistersOfCpu> registers_of_cpu(Session& session, const TaskView& task) {
    const NoteLayout& layout = session.arch().name == "arm64" ? kArm64 : kX86;
    if (auto own = own_note(session, task.cpu); own && own->values.size() >= layout.words)
        return interpret(layout, *own);
    const std::uint64_t interrupts = interrupt_stack(session, layout, task.cpu);
    const auto offsets = layout.gs_base ? per_cpu_offsets(session) : std::vector<std::uint64_t>{};
    const std::uint64_t own_offset = task.cpu < offsets.size() ? offsets[task.cpu] : 0;
    std::optional<RegistersOfCpu> by_pid;
    const auto notes = cpu_registers(session.facts().notes);
    for (const CpuRegisters& cpu : notes) {
        const auto& values = cpu.values;
        if (values.size() < layout.words) continue;
        RegistersOfCpu found = interpret(layout, cpu);
        const bool on_its_stack = found.start.sp - task.stack < kLargestStack,
                   in_interrupt = interrupts && found.start.sp - interrupts < kLargestStack,
                   has_its_base = own_offset && layout.gs_base && values.size() > *layout.gs_base &&
                                  values[*layout.gs_base] == own_offset;
        if (on_its_stack || in_interrupt || has_its_base) return found;
        if (task.pid != 0 && cpu.pid == task.pid && !found.user)
            by_pid = std::move(found);  // on another stack: NMI
    }
    // QEMU writes a note for every CPU, and the CPU's index + 1 in the place of the PID.
    const bool by_qemu = std::ranges::all_of(
        notes, [&, index = 0](const CpuRegisters& cpu) mutable { return cpu.pid == ++index; });
    if (by_qemu && task.cpu < notes.size() && notes[task.cpu].values.size() >= layout.words)
        return interpret(layout, notes[task.cpu]);
    return by_pid;
}

std::vector<std::pair<int, RegistersOfCpu>> registers_in_notes(const Session& session) {
    const NoteLayout& layout = session.arch().name == "arm64" ? kArm64 : kX86;
    std::vector<std::pair<int, RegistersOfCpu>> all;
    for (const CpuRegisters& cpu : cpu_registers(session.facts().notes))
        if (cpu.values.size() >= layout.words) all.emplace_back(cpu.pid, interpret(layout, cpu));
    return all;
}

}  // namespace inquest
