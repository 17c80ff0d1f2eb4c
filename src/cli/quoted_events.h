// The crashes in a text that is no input of its own: an issue's sample, the message of a fix.
#pragma once

#include <string_view>
#include <vector>

#include "model/event.h"

namespace inquest {

// As the report command would read them.
std::vector<CrashEvent> quoted_events(std::string_view text);

}  // namespace inquest
