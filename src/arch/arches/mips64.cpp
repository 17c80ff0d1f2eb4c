#include "arch/capstone.h"
#include "arch/mips.h"

namespace inquest {
namespace {

constexpr std::string_view kArguments[] = {"r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11"};

constexpr AddressRange kRanges[] = {
    {0, 0x3fffffff'ffffffff, "user space"},
    {0x80000000'00000000, 0xbfffffff'ffffffff, "xkphys (direct map)"},
    {0xc0000000'00000000, 0xffffffff'7fffffff, "vmalloc"},
    {0xffffffff'80000000, 0xffffffff'9fffffff, "kseg0 (direct map, kernel text)"},
    {0xffffffff'a0000000, 0xffffffff'bfffffff, "kseg1 (uncached, devices)"},
    {0xffffffff'c0000000, 0xffffffff'ffffffff, "modules"},
};

bool parse_registers(std::string_view line, const RegisterSink& sink) {
    return mips::parse_registers(line, 16, sink);
}

}  // namespace

extern const Arch plugin_arches_mips64;
const Arch plugin_arches_mips64{
    .name = "mips64",
    .bits = 64,
    .big_endian = true,
    .arguments = kArguments,
    .ranges = kRanges,
    .ip = "epc",
    .sp = "r29",
    .link = "ra",
    .parse_registers = parse_registers,
    .disassemble = disassemble_mips64,
};

}  // namespace inquest
