// The kernel's clocks.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "kernel/session.h"

namespace inquest {

// The wall-clock time, in nanoseconds since 1970, at which the monotonic clock stood at 0: what added to a
// log's time stamp gives the time of day. Out of the kernel's timekeeper, held against CRASHTIME where the
// dump has one. The error says why it cannot be known.
Result<std::int64_t> wall_clock_of_boot(Session& session);

}  // namespace inquest
