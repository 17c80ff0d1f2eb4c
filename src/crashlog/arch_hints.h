// The architecture of a log that prints no registers.
#pragma once

#include <string_view>

#include "model/event.h"

namespace inquest {

// What the function's address, or its name where only one architecture has such a function, tells; ""
// nothing.
std::string_view arch_of_frame(const CodeRef& frame);

// What the first line tells: wordings and widths of addresses that only one architecture prints; "" nothing.
std::string_view arch_of_headline(std::string_view headline);

}  // namespace inquest
