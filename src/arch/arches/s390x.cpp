#include "arch/capstone.h"
#include "arch/register_text.h"

namespace inquest {
namespace {

constexpr std::string_view kArguments[] = {"r2", "r3", "r4", "r5", "r6"};

constexpr std::string_view kGeneral[] = {"r0", "r1", "r2",  "r3",  "r4",  "r5",  "r6",  "r7",
                                         "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15"};

// "Krnl PSW : 0704e00180000000 00000000b05ec33c (f+0x3dc/0xca8)"; very old kernels wrote 31-bit halves.
bool parse_psw(Scanner scanner, const RegisterSink& sink) {
    auto mask = scanner.spaces().hex();
    auto address = scanner.spaces().hex();
    if (!mask || !address) return false;
    sink("psw_mask", mask);
    sink("pc", address);
    return true;
}

// The rows below "Krnl GPRS:" hold nothing but four values.
bool parse_row(Scanner scanner, const RegisterSink& sink) {
    static constexpr int kInRow = 4;
    std::optional<std::uint64_t> values[kInRow];
    for (auto& value : values) {
        auto word = scanner.spaces().word();
        if (word.size() != 16 || !(value = parse_hex(word))) return false;
    }
    if (!scanner.spaces().done()) return false;
    for (auto value : values) sink("", value);
    return true;
}

bool parse_registers(std::string_view line, const RegisterSink& sink) {
    Scanner scanner(trim_left(line));
    if (scanner.literal("Krnl PSW : ")) return parse_psw(scanner, sink);
    if (scanner.literal("Krnl GPRS: ")) return scan_register_row(scanner, kGeneral, 0, sink);
    return is_hex(scanner.peek()) && parse_row(scanner, sink);
}

}  // namespace

extern const Arch plugin_arches_s390x;
const Arch plugin_arches_s390x{
    .name = "s390x",
    .bits = 64,
    .big_endian = true,
    .arguments = kArguments,
    .ranges = {},  // user space has an address space of its own
    .ip = "pc",
    .sp = "r15",
    .link = "r14",
    .parse_registers = parse_registers,
    .disassemble = disassemble_s390x,
};

}  // namespace inquest
