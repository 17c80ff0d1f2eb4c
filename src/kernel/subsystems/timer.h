// Timers that were to go off.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "kernel/object.h"

namespace inquest {

struct TimerView {
    unsigned cpu = 0;
    std::optional<unsigned> clock;  // of a high-resolution timer: the index of its clock (0: CLOCK_MONOTONIC)
    std::uint64_t address = 0;      // of the timer_list or hrtimer
    std::uint64_t expires = 0;      // jiffies; of a high-resolution timer ns of its clock
    std::uint64_t function = 0;
};

// Of every CPU, in the order in which they go off. What breaks off is a problem in `objects`.
std::vector<TimerView> wheel_timers(Objects& objects);
std::vector<TimerView> high_resolution_timers(Objects& objects);

}  // namespace inquest
