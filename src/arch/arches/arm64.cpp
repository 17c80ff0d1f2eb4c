#include "arch/capstone.h"
#include "arch/lift.h"
#include "arch/register_text.h"

namespace inquest {
namespace {

// By RegisterId: x0 is 0.
constexpr std::string_view kRegisters[] = {"x0",  "x1",  "x2",  "x3",  "x4",  "x5",  "x6",  "x7",
                                           "x8",  "x9",  "x10", "x11", "x12", "x13", "x14", "x15",
                                           "x16", "x17", "x18", "x19", "x20", "x21", "x22", "x23",
                                           "x24", "x25", "x26", "x27", "x28", "x29", "x30", "sp"};
constexpr RegisterId kArgumentIds[] = {0, 1, 2, 3, 4, 5, 6, 7};
// arch/arm64/include/uapi/asm/ptrace.h: struct user_pt_regs begins with them.
constexpr std::uint8_t kInPtRegs[] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15,
                                      16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31};
constexpr CallingConvention kConvention{
    .names = kRegisters,
    .arguments = kArgumentIds,
    .result = 0,
    .sp = 31,
    .link = 30,
    .preserved = 0x3ffU << 19 | 1U << 29 | 1U << 31,
    .pushed_by_call = 0,
    .in_pt_regs = kInPtRegs,
};

constexpr std::string_view kArguments[] = {"x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7"};

// With 48-bit virtual addresses; what lies where in the kernel's half changed in 5.4.
constexpr AddressRange kRanges[] = {
    {0, 0x0000ffff'ffffffff, "user space"},
    {0x00010000'00000000, 0xfffeffff'ffffffff, "non-canonical"},
    {0xffff0000'00000000, 0xffffffff'ffffffff, "kernel"},
};

std::string_view register_named(std::string_view printed) {
    static constexpr std::string_view kNames[] = {
        "x0",  "x1",  "x2",  "x3",  "x4",  "x5",  "x6",  "x7",  "x8",  "x9",  "x10",   "x11",
        "x12", "x13", "x14", "x15", "x16", "x17", "x18", "x19", "x20", "x21", "x22",   "x23",
        "x24", "x25", "x26", "x27", "x28", "x29", "x30", "sp",  "pc",  "lr",  "pstate"};
    if (printed.size() < 2 || printed.size() > 6) return {};
    return find_register(printed, kNames);
}

// The kernel writes "pc : ", crash writes "PC: " with all 16 digits; 8 of them are another architecture's.
bool is_foreign(std::string_view line) {
    Scanner scanner(trim_left(line));
    if (!is_upper(scanner.peek())) return false;
    return !scanner.until(":") || scanner.spaces().take_while(is_hex).size() != 16;
}

bool parse_registers(std::string_view line, const RegisterSink& sink) {
    if (is_foreign(line)) return false;
    return scan_register_pairs(line, register_named, 16, "x", sink);
}

}  // namespace

extern const Arch plugin_arches_arm64;
const Arch plugin_arches_arm64{
    .name = "arm64",
    .bits = 64,
    .big_endian = false,
    .arguments = kArguments,
    .ranges = kRanges,
    .ip = "pc",
    .sp = "sp",
    .link = "lr",
    .parse_registers = parse_registers,
    .disassemble = disassemble_arm64,
    .lift = lift_arm64,
    .convention = &kConvention,
};

}  // namespace inquest
