// Code that is not part of the kernel: what an out-of-tree module has to do with an event.
#pragma once

#include <string>

#include "model/event.h"

namespace inquest::reason {

// The innermost place in the event whose module is out of tree: the faulting function itself or a frame;
// nullptr when there is none. `reliable_only` leaves out frames that the unwinder doubts.
const CodeRef* foreign_code(const CrashEvent& event, bool reliable_only);

// "out-of-tree, unsigned": a module's flags in words; "" for one of the kernel's own.
std::string describe_flags(const Module& module);

// Sets verdict.suspect, where the explanation named none: out-of-tree code in the trace, else event.guilty.
// Says in the evidence that out-of-tree code takes part.
void name_suspect(CrashEvent& event);

}  // namespace inquest::reason
