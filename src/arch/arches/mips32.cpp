#include "arch/capstone.h"
#include "arch/mips.h"

namespace inquest {
namespace {

constexpr std::string_view kArguments[] = {"r4", "r5", "r6", "r7"};

constexpr AddressRange kRanges[] = {
    {0, 0x7fffffff, "user space"},
    {0x80000000, 0x9fffffff, "kseg0 (direct map, kernel text)"},
    {0xa0000000, 0xbfffffff, "kseg1 (uncached, devices)"},
    {0xc0000000, 0xffffffff, "vmalloc and modules"},
};

bool parse_registers(std::string_view line, const RegisterSink& sink) {
    return mips::parse_registers(line, 8, sink);
}

}  // namespace

extern const Arch plugin_arches_mips32;
const Arch plugin_arches_mips32{
    .name = "mips32",
    .bits = 32,
    .big_endian = true,
    .arguments = kArguments,
    .ranges = kRanges,
    .ip = "epc",
    .sp = "r29",
    .link = "ra",
    .parse_registers = parse_registers,
    .disassemble = disassemble_mips32,
};

}  // namespace inquest
