// The addresses that an instruction names.
#pragma once

#include <cstdint>
#include <optional>

#include "arch/arch.h"

namespace inquest {

struct NamedAddress {
    std::uint64_t address;
    enum class Kind : std::uint8_t {
        target,    // of a direct call or jump
        data,      // a memory operand relative to the instruction pointer, or what adr and adrp compute
        per_cpu,   // the same behind a segment register: an offset into the CPU's own variables
        constant,  // an immediate that looks like a kernel address
    } kind;
};

// At most one address an instruction: what a reader wants the symbol of. x86-64 (AT&T text) and arm64.
std::optional<NamedAddress> named_address(const Decoded& instruction);

}  // namespace inquest
