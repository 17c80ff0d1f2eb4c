#include "crashlog/arch_hints.h"

#include <algorithm>

#include "arch/arch.h"
#include "base/scanner.h"

namespace inquest {
namespace {

struct Hint {
    std::string_view begins;  // of a function's name
    std::string_view arch;
};

// Entry code, and the functions that print a trace: each architecture has its own.
constexpr Hint kHints[] = {
    {"entry_SYSCALL_64", "x86_64"},
    {"asm_common_interrupt", "x86_64"},
    {"asm_sysvec_", "x86_64"},
    {"asm_exc_", "x86_64"},
    {"__x64_sys_", "x86_64"},
    {"do_syscall_64", "x86_64"},
    {"ret_from_fork_asm", "x86_64"},
    {"system_call_fastpath", "x86_64"},
    {"apic_timer_interrupt", "x86_64"},
    {"smp_apic_timer_interrupt", "x86_64"},
    {"async_page_fault", "x86_64"},
    {"x86_64_start_", "x86_64"},
    {"secondary_startup_64", "x86_64"},
    {"entry_SYSENTER_32", "i386"},
    {"entry_INT80_32", "i386"},
    {"do_fast_syscall_32", "i386"},
    {"__arm64_sys_", "arm64"},
    {"do_el0_svc", "arm64"},
    {"el0_svc", "arm64"},
    {"el0t_64_", "arm64"},
    {"el1h_64_", "arm64"},
    {"el1_irq", "arm64"},
    {"gic_handle_irq", "arm64"},
    {"unwind_backtrace", "arm"},
    {"ret_fast_syscall", "arm"},
    {"__dabt_svc", "arm"},
    {"__irq_svc", "arm"},
    {"__riscv_sys_", "riscv64"},
    {"do_trap_ecall", "riscv64"},
    {"do_trap_", "riscv64"},
    {"walk_stackframe", "riscv64"},
    {"handle_exception", "riscv64"},
    {"ret_from_syscall", "riscv64"},
    {"ret_from_fork_kernel_asm", "riscv64"},
    {"__s390x_sys_", "s390x"},
    {"__s390_sys_", "s390x"},
    {"__do_pgm_check", "s390x"},
    {"__do_syscall", "s390x"},
    {"pgm_check_handler", "s390x"},
    {"ext_int_handler", "s390x"},
    {"io_int_handler", "s390x"},
    {"handle_sys", "mips32"},
    {"syscall_common", "mips32"},
    {"plat_irq_dispatch", "mips32"},
    {"handle_loongarch_", "loongarch64"},
};

constexpr Address kWidest32 = 0xffffffff;

std::string_view arch_of_function(const CodeRef& frame) {
    auto named = [&](const Hint& hint) { return frame.symbol.starts_with(hint.begins); };
    // arm64 prints no addresses in its traces, riscv does.
    if (frame.symbol == "dump_backtrace" && !frame.address) return "arm64";
    auto found = std::ranges::find_if(kHints, named);
    if (found == std::end(kHints)) return {};
    if (found->arch == "mips32") {
        if (!frame.address) return {};
        return *frame.address > kWidest32 ? "mips64" : "mips32";
    }
    const Arch* arch = arch_named(found->arch);
    bool wide = arch && arch->bits == 64;
    // arm and arm64 share their interrupt controller; addresses tell their widths.
    if (frame.address && (*frame.address > kWidest32) != wide) return {};
    return found->arch;
}

// Where a kernel's text lies, as far as no two architectures share the place.
std::string_view arch_of_text(Address address) {
    if (address <= kWidest32) return {};
    if (address >> 52 == 0) return "s390x";
    if (address >> 60 == 0x9) return "loongarch64";
    if (address >> 60 == 0xc || address >> 60 == 0xd) return "ppc64";
    if (address >= 0xffff0000'00000000 && address < 0xffffffd0'00000000) return "arm64";
    if (address >= 0xffffffe0'00000000 && address < 0xffffffe0'10000000) return "riscv64";
    return {};
}

}  // namespace

std::string_view arch_of_frame(const CodeRef& frame) {
    if (auto arch = arch_of_function(frame); !arch.empty()) return arch;
    return frame.address ? arch_of_text(*frame.address) : std::string_view();
}

std::string_view arch_of_headline(std::string_view headline) {
    auto says = [&](std::string_view words) { return headline.find(words) != headline.npos; };
    if (says("non-canonical address") || says("stack guard page was hit")) return "x86_64";
    if (says("in virtual kernel address space") || says("in virtual user address space")) return "s390x";
    for (std::string_view lead :
         {"BUG: unable to handle page fault for address: ", "BUG: kernel NULL pointer dereference, address: ",
          "BUG: unable to handle kernel NULL pointer dereference at ",
          "BUG: unable to handle kernel paging request at "}) {
        auto at = headline.find(lead);
        if (at == headline.npos) continue;
        Scanner scanner(headline.substr(at + lead.size()));
        auto digits = scanner.take_while(is_hex).size();
        return digits == 16 ? "x86_64" : digits == 8 ? "i386" : std::string_view();
    }
    return {};
}

}  // namespace inquest
