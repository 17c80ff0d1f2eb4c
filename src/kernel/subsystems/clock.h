// The kernel's clocks.
#pragma once

#include <cstdint>
#include <optional>

#include "base/result.h"
#include "kernel/session.h"

namespace inquest {

// The wall-clock time, in nanoseconds since 1970, at which the monotonic clock stood at 0: what added to a
// log's time stamp gives the time of day. Out of the kernel's timekeeper, held against CRASHTIME where the
// dump has one. The error says why it cannot be known.
Result<std::int64_t> wall_clock_of_boot(Session& session);

// CONFIG_HZ, told by how far jiffies have come while a run queue's clock counted nanoseconds; nullopt when no
// usual value fits.
std::optional<unsigned> ticks_per_second(Session& session);

}  // namespace inquest
