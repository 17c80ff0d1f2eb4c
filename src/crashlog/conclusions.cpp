#include "crashlog/conclusions.h"

#include <algorithm>
#include <string_view>

namespace inquest {
namespace {

struct Hint {
    std::string_view begins;  // of a function's name
    std::string_view arch;
};

// Entry code, of which each architecture has its own.
constexpr Hint kHints[] = {
    {"entry_SYSCALL_64", "x86_64"},
    {"asm_sysvec_", "x86_64"},
    {"asm_exc_", "x86_64"},
    {"__x64_sys_", "x86_64"},
    {"do_syscall_64", "x86_64"},
    {"system_call_fastpath", "x86_64"},
    {"apic_timer_interrupt", "x86_64"},
    {"smp_apic_timer_interrupt", "x86_64"},
    {"async_page_fault", "x86_64"},
    {"x86_64_start_kernel", "x86_64"},
    {"secondary_startup_64", "x86_64"},
    {"entry_SYSENTER_32", "i386"},
    {"entry_INT80_32", "i386"},
    {"do_fast_syscall_32", "i386"},
    {"__arm64_sys_", "arm64"},
    {"el0_svc", "arm64"},
    {"el0t_64_sync", "arm64"},
    {"el1h_64_irq", "arm64"},
    {"el1_irq", "arm64"},
    {"gic_handle_irq", "arm64"},
    {"ret_fast_syscall", "arm"},
    {"__dabt_svc", "arm"},
    {"__irq_svc", "arm"},
    {"do_trap_ecall", "riscv64"},
    {"do_trap_", "riscv64"},
    {"handle_exception", "riscv64"},
    {"ret_from_fork_kernel_asm", "riscv64"},
    {"system_call_vectored_common", "ppc64le"},
    {"handle_sys", "mips32"},
    {"handle_loongarch_", "loongarch64"},
};

std::string_view arch_of_function(std::string_view symbol) {
    auto found =
        std::ranges::find_if(kHints, [&](const Hint& hint) { return symbol.starts_with(hint.begins); });
    return found == std::end(kHints) ? std::string_view() : found->arch;
}

// arm and arm64 share their interrupt controller; addresses tell their widths.
bool contradicts(std::string_view arch, const Frame& frame) {
    const Arch* named = arch_named(arch);
    return named && named->bits == 64 && frame.address && *frame.address <= 0xffffffff;
}

bool is_lockup(Kind kind) {
    return kind == Kind::soft_lockup || kind == Kind::hard_lockup || kind == Kind::rcu_stall;
}

}  // namespace

const Arch* arch_of(const CrashEvent& event, const Arch* printed) {
    if (const Arch* arch = arch_of_release(event.kernel.release)) return arch;
    if (printed) return printed;
    auto hinted = [](const std::vector<Frame>& trace) -> std::string_view {
        for (const Frame& frame : trace)
            if (auto arch = arch_of_function(frame.symbol); !arch.empty() && !contradicts(arch, frame))
                return arch;
        return {};
    };
    auto arch = hinted(event.trace);
    for (const Stack& stack : event.stacks)
        if (arch.empty()) arch = hinted(stack.frames);
    return arch.empty() ? nullptr : arch_named(arch);
}

void find_place(CrashEvent& event) {
    if (event.ip.symbol.empty() && event.ip.address) {
        auto same = [&](const Frame& frame) {
            return frame.address == event.ip.address && !frame.symbol.empty();
        };
        auto frame = std::ranges::find_if(event.trace, same);
        if (frame != event.trace.end()) event.ip = *frame;
    }
    if (event.ip.empty() && is_lockup(event.kind)) {
        auto frame = std::ranges::find(event.trace, "exception", &Frame::context);
        if (frame != event.trace.end()) event.ip = *frame;
    }
}

}  // namespace inquest
