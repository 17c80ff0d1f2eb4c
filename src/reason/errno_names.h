// The kernel's error numbers, which travel in pointers (ERR_PTR) and return values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace inquest::reason {

// "ENOENT" for 2, "ERESTARTSYS" for 512; empty for a number that Linux does not use.
std::string_view errno_name(std::int64_t number);

// "-ENOENT (-2)", or "-1234" without a name. Takes the negative value as it stands in a register.
std::string error_text(std::int64_t value);

}  // namespace inquest::reason
