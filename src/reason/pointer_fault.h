// What was dereferenced when an access to memory faulted.
#pragma once

#include <optional>
#include <string>

#include "reason/origin.h"
#include "reason/pointer_value.h"
#include "reason/scene.h"

namespace inquest::reason {

struct PointerFault {
    std::string base_register;             // "" when the instruction is not known, or has none
    std::optional<std::uint64_t> base;     // its value
    bool base_inferred = false;            // from the fault address, the registers are lost
    std::optional<std::int64_t> offset;    // what the instruction added: the member's offset
    std::optional<std::uint64_t> address;  // that was accessed
    bool agreed = false;        // instruction and registers lead to the address that the kernel printed
    PointerValue value;         // of the base, or of the address where there is no base to blame
    Origin origin;              // of the base
    int argument_register = 0;  // near the entry, where the code is not known: the argument passed there
};

// nullopt when neither the kernel nor the instruction tells an address.
std::optional<PointerFault> read_pointer_fault(const Scene& scene);

// x86: the first lines are lost, and the fault address is what CR2 held when the registers were printed: that
// of the last page fault, which may be another one.
bool address_is_doubtful(const CrashEvent& event);

// "read", "wrote to", "accessed".
std::string_view did(const CrashEvent& event);

// Who handed the pointer over, to be put behind it: " that CALLER passed as argument 1", " that it had loaded
// from offset 0x38 of its argument 1", " (in rcx)"; "" when nothing is known.
std::string provenance(const PointerFault& fault, const CrashEvent& event);

}  // namespace inquest::reason
