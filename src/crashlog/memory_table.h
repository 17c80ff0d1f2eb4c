// What the kernel prints of its memory when it has none left.
#pragma once

#include "crashlog/line.h"
#include "model/event.h"

namespace inquest {

// Takes the lines of "Mem-Info:", of the zones and of swap as facts: "pages-free", "pages-anon", "zone Node 0
// Normal", "free-swap", "ram-pages".
bool takes_memory(const Line& line, CrashEvent& event);

// "gfp_mask=0xcc0(GFP_KERNEL), order=0" and "order:4, mode:0x40cc0(GFP_KERNEL|__GFP_COMP)" as facts.
void read_allocation(const Line& line, CrashEvent& event);

}  // namespace inquest
