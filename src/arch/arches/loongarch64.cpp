#include "arch/capstone.h"
#include "arch/register_text.h"

namespace inquest {
namespace {

constexpr std::string_view kArguments[] = {"a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7"};

constexpr AddressRange kRanges[] = {
    {0, 0x3fffffff'ffffffff, "user space"},
    {0x80000000'00000000, 0x8fffffff'ffffffff, "uncached direct map"},
    {0x90000000'00000000, 0x9fffffff'ffffffff, "direct map and kernel text"},
    {0xffff8000'00000000, 0xffffffff'ffffffff, "vmalloc and modules"},
};

constexpr std::string_view kGeneral[] = {"pc", "ra", "tp", "sp", "a0", "a1", "a2", "a3", "a4", "a5", "a6",
                                         "a7", "t0", "t1", "t2", "t3", "t4", "t5", "t6", "t7", "t8", "u0",
                                         "s9", "s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8"};

std::string_view special_register(std::string_view printed) {
    static constexpr std::string_view kNames[] = {"ra",   "era",   "crmd", "prmd", "euen",
                                                  "ecfg", "estat", "badv", "prid"};
    if (printed.size() < 2 || printed.size() > 5) return {};
    return find_register(printed, kNames);
}

// "a0 9000000100 a1 0 ...": names without a colon.
bool parse_row(Scanner scanner, const RegisterSink& sink) {
    bool any = false;
    while (!scanner.spaces().done()) {
        auto name = find_register(scanner.word(), kGeneral);
        auto value = parse_hex(scanner.spaces().word());
        if (name.empty() || (!value && !any)) return any;
        sink(name, value);
        any = true;
    }
    return any;
}

bool parse_registers(std::string_view line, const RegisterSink& sink) {
    Scanner scanner(trim_left(line));
    if (is_lower(scanner.peek()) && parse_row(scanner, sink)) return true;
    return scan_register_pairs(scanner.rest(), special_register, 0, "", sink);
}

}  // namespace

extern const Arch plugin_arches_loongarch64;
const Arch plugin_arches_loongarch64{
    .name = "loongarch64",
    .bits = 64,
    .big_endian = false,
    .arguments = kArguments,
    .ranges = kRanges,
    .ip = "era",
    .sp = "sp",
    .link = "ra",
    .parse_registers = parse_registers,
    .disassemble = disassemble_nothing,
};

}  // namespace inquest
