#include "arch/capstone.h"
#include "arch/riscv.h"

namespace inquest {
namespace {

// With Sv39 page tables; wider ones have more of the lower half.
constexpr AddressRange kRanges[] = {
    {0, 0x0000003f'ffffffff, "user space"},
    {0xffffffff'80000000, 0xffffffff'ffffffff, "kernel text"},
};

bool parse_registers(std::string_view line, const RegisterSink& sink) {
    return riscv::parse_registers(line, 16, sink);
}

}  // namespace

extern const Arch plugin_arches_riscv64;
const Arch plugin_arches_riscv64{
    .name = "riscv64",
    .bits = 64,
    .big_endian = false,
    .arguments = riscv::kArguments,
    .ranges = kRanges,
    .ip = "epc",
    .sp = "sp",
    .link = "ra",
    .parse_registers = parse_registers,
    .disassemble = disassemble_nothing,
};

}  // namespace inquest
