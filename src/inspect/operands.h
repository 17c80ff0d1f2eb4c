// The addresses that an instruction names.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "arch/arch.h"

namespace inquest {

struct NamedAddress {
    std::uint64_t address;
    enum class Kind : std::uint8_t {
        target,  // of a direct call or jump
        data,  // a memory operand relative to the instruction pointer, or what adr, or adrp and add, compute
        per_cpu,   // the same behind a segment register: an offset into the CPU's own variables
        constant,  // an immediate that looks like a kernel address
    } kind;
};

// At most one address an instruction: what a reader wants the symbol of. x86-64 (AT&T text) and arm64. To be
// asked for one instruction after the other: arm64 makes an address in two (adrp, then add or a load), and it
// is the second that names it.
class AddressNames {
  public:
    std::optional<NamedAddress> of(const Decoded& instruction);

  private:
    std::string page_register_;  // what adrp just loaded
    std::uint64_t page_ = 0;
};

}  // namespace inquest
