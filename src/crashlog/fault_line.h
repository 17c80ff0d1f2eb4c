// The lines that decode a fault: "#PF: supervisor write access in kernel mode", "ESR = 0x96000005", "WnR =
// 1".
#pragma once

#include <string_view>

#include "model/event.h"

namespace inquest {

// Fills in access, error_code and fault_address where they are not known yet; false when the line is none of
// these.
bool take_fault_line(std::string_view text, CrashEvent& event);

}  // namespace inquest
