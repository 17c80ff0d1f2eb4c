// The kernel's taint.
#pragma once

#include "kernel/session.h"
#include "model/event.h"

namespace inquest {

// The letters as the kernel prints them, without blanks ("GOE"; "" not tainted), of tainted_mask. Of a
// machine that died in an oops 'D' is left out unless an earlier oops had set it (x86's die_counter tells):
// the kernel prints its oops before it taints itself.
Taint taint_before_crash(Session& session);

// How many oopses there were (x86's die_counter); 0 unknown.
std::uint64_t count_of_oopses(Session& session);

}  // namespace inquest
