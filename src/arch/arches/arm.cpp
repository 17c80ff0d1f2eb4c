#include "arch/capstone.h"
#include "arch/register_text.h"

namespace inquest {
namespace {

constexpr std::string_view kArguments[] = {"r0", "r1", "r2", "r3"};

// With the usual split at 3 GB.
constexpr AddressRange kRanges[] = {
    {0, 0xbeffffff, "user space"},
    {0xbf000000, 0xbfffffff, "modules"},
    {0xc0000000, 0xffffffff, "kernel"},
};

std::string_view register_named(std::string_view printed) {
    static constexpr std::string_view kNames[] = {"r0", "r1",  "r2", "r3", "r4", "r5", "r6", "r7", "r8",
                                                  "r9", "r10", "pc", "lr", "sp", "ip", "fp", "psr"};
    // "IP: cgroup_sk_free+0x3a/0x80" is x86's.
    if (printed.size() < 2 || printed.size() > 3 || is_upper(printed.front())) return {};
    return find_register(printed, kNames);
}

bool parse_registers(std::string_view line, const RegisterSink& sink) {
    return scan_register_pairs(line, register_named, 8, "r", sink);
}

}  // namespace

extern const Arch plugin_arches_arm;
const Arch plugin_arches_arm{
    .name = "arm",
    .bits = 32,
    .big_endian = false,
    .arguments = kArguments,
    .ranges = kRanges,
    .ip = "pc",
    .sp = "sp",
    .link = "lr",
    .parse_registers = parse_registers,
    .disassemble = disassemble_arm,
};

}  // namespace inquest
