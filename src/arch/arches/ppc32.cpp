#include "arch/capstone.h"
#include "arch/powerpc.h"

namespace inquest {
namespace {

constexpr AddressRange kRanges[] = {
    {0, 0xbfffffff, "user space"},
    {0xc0000000, 0xffffffff, "kernel"},
};

bool parse_registers(std::string_view line, const RegisterSink& sink) {
    return powerpc::parse_registers(line, 8, sink);
}

}  // namespace

extern const Arch plugin_arches_ppc32;
const Arch plugin_arches_ppc32{
    .name = "ppc32",
    .bits = 32,
    .big_endian = true,
    .arguments = powerpc::kArguments,
    .ranges = kRanges,
    .ip = "nip",
    .sp = "r1",
    .link = "lr",
    .parse_registers = parse_registers,
    .disassemble = disassemble_ppc32,
};

}  // namespace inquest
