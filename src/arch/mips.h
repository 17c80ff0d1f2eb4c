// What the two widths of MIPS share.
#pragma once

#include "arch/register_text.h"

namespace inquest::mips {

// "$ 4   : 87831e28 00000000 00000000 00000000", "epc   : 801be4f0 f+0x2c/0x78", "BadVA : 00000000"; `digits`
// is the width of a printed register. The registers are called r0 to r31.
bool parse_registers(std::string_view line, std::size_t digits, const RegisterSink& sink);

}  // namespace inquest::mips
