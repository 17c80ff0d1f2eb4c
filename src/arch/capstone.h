// Disassembly with the capstone library: the functions behind Arch::disassemble.
//
// Registers come out in the spelling of the oopses ("rdi" for %edi and %dil, "x0" for w0), text in AT&T
// syntax on x86 and in the architecture's own elsewhere. Handles are kept per thread, so a call costs a
// microsecond.
#pragma once

#include <optional>
#include <span>

#include "arch/arch.h"

namespace inquest {

using Disassembler = std::optional<Decoded>(std::span<const std::uint8_t> code, std::uint64_t address);

Disassembler disassemble_x86_64;
Disassembler disassemble_i386;
Disassembler disassemble_arm64;
// An odd address means Thumb.
Disassembler disassemble_arm;
Disassembler disassemble_ppc32;
Disassembler disassemble_ppc64;
Disassembler disassemble_ppc64le;
// Byte order as Arch::big_endian says: CodeBytes holds words in that order, whatever the machine's was.
Disassembler disassemble_mips32;
Disassembler disassemble_mips64;
Disassembler disassemble_s390x;
// For an architecture that capstone does not know: always nullopt.
Disassembler disassemble_nothing;

// The length of the x86 instruction at the start of `code`, 0 when it is none: what finding the start of an
// instruction stream takes, at a fraction of the cost of decoding.
std::size_t x86_length(std::span<const std::uint8_t> code, unsigned bits);

}  // namespace inquest
