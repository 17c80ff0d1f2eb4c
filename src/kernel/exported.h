// Symbols of kernels whose kallsyms hold text alone (no CONFIG_KALLSYMS_ALL, as Debian's arm64 up to 6.1).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "kernel/session.h"

namespace inquest {

// The symbol by kallsyms or VMCOREINFO, else, where kallsyms hold no data, by the kernel's table of exported
// symbols. The last reads the whole image of the kernel (some 50 ms) and keeps it: for the few names that
// nothing else gives.
std::optional<std::uint64_t> find_exported(Session& session, std::string_view name);

}  // namespace inquest
