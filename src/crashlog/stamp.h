// The kernel's own time stamp, as it stands in front of a message or, in a paste, between two.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "crashlog/envelope.h"

namespace inquest {

struct Stamp {
    std::size_t length;                   // of the brackets and the one blank behind them
    std::optional<std::int64_t> time_us;  // nullopt for a difference to the line before ("[  +0.000065]")
};

// The stamp at the very beginning of `text`. "[ 1799]" of an OOM table and "[<ffffffff8106dd4f>]" are none.
std::optional<Stamp> read_stamp(std::string_view text);

// Where the next one begins at or behind `from`, npos when there is none.
std::size_t find_stamp(std::string_view text, std::size_t from);

}  // namespace inquest
