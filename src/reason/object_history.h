// Who allocated and who freed the object that an event is about.
#pragma once

#include <string>

#include "model/event.h"

namespace inquest::reason {

// " (allocated by f, freed by g [mod])", from the stacks that the log printed beside the event; "" without
// any. Each part becomes evidence too.
std::string object_history(CrashEvent& event);
// The same without who freed it: of an object in use that was an earlier one at its place.
std::string object_origin(CrashEvent& event);

}  // namespace inquest::reason
