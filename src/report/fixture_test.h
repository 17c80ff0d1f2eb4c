// Reports built by hand, as the pipeline would build them: what the renderers' tests render.
#pragma once

#include "model/report.h"

namespace inquest::fixture {

// seed 003: a ceph client frees a NULL page (a transcript of crash).
Report ceph();
// seed 000: an oops without its first lines.
Report overlayfs();
// Memory exhausted: the kernel panics as it was told to.
Report out_of_memory();
// KASAN with its allocation and free stacks, after a warning that came 146 times.
Report kasan();
// A crash of which nothing is known.
Report unexplained();
// Several machines' logs in one input.
Report many_machines();
// No crash.
Report nothing();
// Everything in every string that could break out of a format.
Report hostile();

}  // namespace inquest::fixture
