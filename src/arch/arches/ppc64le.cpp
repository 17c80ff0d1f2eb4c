#include "arch/capstone.h"
#include "arch/powerpc.h"

namespace inquest {
namespace {

constexpr AddressRange kRanges[] = {
    {0, 0x000fffff'ffffffff, "user space"},
    {0xc0000000'00000000, 0xc003ffff'ffffffff, "direct map and kernel text"},
    {0xc0080000'00000000, 0xc00fffff'ffffffff, "vmalloc and modules"},
    {0xd0000000'00000000, 0xd0ffffff'ffffffff, "vmalloc and modules"},
};

bool parse_registers(std::string_view line, const RegisterSink& sink) {
    return powerpc::parse_registers(line, 16, sink);
}

}  // namespace

extern const Arch plugin_arches_ppc64le;
const Arch plugin_arches_ppc64le{
    .name = "ppc64le",
    .bits = 64,
    .big_endian = false,
    .arguments = powerpc::kArguments,
    .ranges = kRanges,
    .ip = "nip",
    .sp = "r1",
    .link = "lr",
    .parse_registers = parse_registers,
    .disassemble = disassemble_ppc64le,
};

}  // namespace inquest
