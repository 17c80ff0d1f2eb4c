// "Modules linked in: a b(OE) c(+) [last unloaded: d]", which long lists continue on further lines.
#pragma once

#include <string_view>

#include "model/event.h"

namespace inquest {

// Appends the modules of a "Modules linked in:" line; false when it is none.
bool take_modules_line(std::string_view text, CrashEvent& event);

// The same for a line behind one of these; false when it is no list of modules.
bool take_more_modules(std::string_view text, CrashEvent& event);

}  // namespace inquest
