#include "arch/capstone.h"
#include "arch/lift.h"
#include "arch/register_text.h"

namespace inquest {
namespace {

// By RegisterId, as arch/lift_x86.cpp numbers them.
constexpr std::string_view kRegisters[] = {"rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi",
                                           "r8",  "r9",  "r10", "r11", "r12", "r13", "r14", "r15"};
constexpr RegisterId kArgumentIds[] = {7, 6, 2, 1, 8, 9};
// arch/x86/include/asm/ptrace.h: struct pt_regs.
constexpr std::uint8_t kInPtRegs[] = {10, 11, 12, 5, 19, 4, 13, 14, 9, 8, 7, 6, 3, 2, 1, 0};
constexpr CallingConvention kConvention{
    .names = kRegisters,
    .arguments = kArgumentIds,
    .result = 0,
    .sp = 4,
    .link = kNoRegister,
    .preserved = 1U << 3 | 1U << 4 | 1U << 5 | 1U << 12 | 1U << 13 | 1U << 14 | 1U << 15,
    .pushed_by_call = 8,
    .in_pt_regs = kInPtRegs,
};

constexpr std::string_view kArguments[] = {"rdi", "rsi", "rdx", "rcx", "r8", "r9"};

// Without 5-level page tables. The direct map, vmalloc and vmemmap are placed at random (KASLR).
constexpr AddressRange kRanges[] = {
    {0, 0x00007fff'ffffffff, "user space"},
    {0x00008000'00000000, 0xffff7fff'ffffffff, "non-canonical"},
    {0xffff8000'00000000, 0xfffffdff'ffffffff, "kernel data"},
    {0xfffffe00'00000000, 0xfffffe7f'ffffffff, "cpu entry area"},
    {0xffffffff'80000000, 0xffffffff'bfffffff, "kernel text"},
    {0xffffffff'c0000000, 0xffffffff'feffffff, "modules"},
};

std::string_view register_named(std::string_view printed) {
    static constexpr std::string_view kNames[] = {
        "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "rsp",    "r8",       "r9",    "r10", "r11", "r12",
        "r13", "r14", "r15", "rip", "cr0", "cr2", "cr3", "cr4",    "dr0",      "dr1",   "dr2", "dr3", "dr6",
        "dr7", "cs",  "ds",  "es",  "ss",  "fs",  "gs",  "eflags", "orig_rax", "knlgs", "pkru"};
    if (printed.size() < 2 || printed.size() > 8) return {};
    if (printed == "R08") return "r8";
    if (printed == "R09") return "r9";
    if (printed == "RFLAGS") return "eflags";
    if (!is_upper(printed.front()) && printed != "knlGS") return {};
    return find_register(printed, kNames);
}

bool parse_registers(std::string_view line, const RegisterSink& sink) {
    return scan_register_pairs(line, register_named, 16, "r", sink);
}

}  // namespace

extern const Arch plugin_arches_x86_64;
const Arch plugin_arches_x86_64{
    .name = "x86_64",
    .bits = 64,
    .big_endian = false,
    .arguments = kArguments,
    .ranges = kRanges,
    .ip = "rip",
    .sp = "rsp",
    .link = "",
    .parse_registers = parse_registers,
    .disassemble = disassemble_x86_64,
    .lift = lift_x86_64,
    .convention = &kConvention,
};

}  // namespace inquest
