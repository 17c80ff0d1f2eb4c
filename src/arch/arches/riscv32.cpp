#include "arch/capstone.h"
#include "arch/riscv.h"

namespace inquest {
namespace {

constexpr AddressRange kRanges[] = {
    {0, 0x9fffffff, "user space"},
    {0xc0000000, 0xffffffff, "kernel"},
};

bool parse_registers(std::string_view line, const RegisterSink& sink) {
    return riscv::parse_registers(line, 8, sink);
}

}  // namespace

extern const Arch plugin_arches_riscv32;
const Arch plugin_arches_riscv32{
    .name = "riscv32",
    .bits = 32,
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
