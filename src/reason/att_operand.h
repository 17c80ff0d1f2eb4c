// Instruction text in AT&T syntax, as the crash utility's `dis` prints it, back to what a decoder would tell.
#pragma once

#include <optional>
#include <string_view>

#include "arch/arch.h"

namespace inquest::reason {

// "lock decl 0x1c(%rdi)", "mov %gs:0x28,%rax", "callq *0x20(%rax)". nullopt when there is no mnemonic.
// Registers read and written are left empty; reading and writing of memory are told for moves only.
std::optional<Decoded> parse_att(std::string_view text);

}  // namespace inquest::reason
