// What a complete report tells together that no line of it tells alone.
#pragma once

#include "arch/arch.h"
#include "model/event.h"

namespace inquest {

// The architecture: of the release's suffix, else `printed` (whose registers they are), else of functions
// that only one has. nullptr when nothing tells.
const Arch* arch_of(const CrashEvent& event, const Arch* printed);

// Names the place when the log gave its address only (by the frame that has the same), or when a lockup's
// report shows it as the code that the watchdog's interrupt found.
void find_place(CrashEvent& event);

}  // namespace inquest
