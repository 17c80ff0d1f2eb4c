// What the three PowerPCs share.
#pragma once

#include "arch/register_text.h"

namespace inquest::powerpc {

inline constexpr std::string_view kArguments[] = {"r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10"};

// "NIP:  c0458840 LR: c0458fdc CTR: 00000000", "GPR08: 0 0 f2c1d0d5 ...", "CFAR: 1 DAR: 8 DSISR: 40000000";
// `digits` is the width of a printed register.
bool parse_registers(std::string_view line, std::size_t digits, const RegisterSink& sink);

}  // namespace inquest::powerpc
