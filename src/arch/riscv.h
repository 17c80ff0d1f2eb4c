// What the two widths of RISC-V share.
#pragma once

#include "arch/register_text.h"

namespace inquest::riscv {

inline constexpr std::string_view kArguments[] = {"a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7"};

// "epc : ffffffff802206ac ra : ffffffff80225a7a sp : ffffffd00057b7f0", "status: 121 badaddr: 6b6b cause:
// 0d"; `digits` is the width of a printed register.
bool parse_registers(std::string_view line, std::size_t digits, const RegisterSink& sink);

}  // namespace inquest::riscv
