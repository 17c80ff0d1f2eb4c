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

// What the kernel's own clocks showed when they last ticked.
struct Clocks {
    std::int64_t wall = 0;    // seconds since 1970
    std::int64_t uptime = 0;  // seconds since boot, time in suspend included, as /proc/uptime has it
};
Result<Clocks> clocks_at_crash(Session& session);

// CONFIG_HZ, told by how far jiffies have come while a run queue's clock counted nanoseconds; nullopt when no
// usual value fits.
std::optional<unsigned> ticks_per_second(Session& session);

}  // namespace inquest
