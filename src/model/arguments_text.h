// The arguments of a frame in words.
#pragma once

#include <string>

#include "model/event.h"

namespace inquest {

// "page = NULL, order = 0x0", "argument 1 = 0xffff..." where nobody knows its name; what is not known is left
// out, and a '?' stands behind what was read again from memory, which may have changed since. Names come from
// the dump: callers escape them.
std::string arguments_text(const Frame& frame);

}  // namespace inquest
