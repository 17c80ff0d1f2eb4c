// The line that SLUB's checks print first.
#pragma once

#include <optional>
#include <string_view>

#include "crashlog/line.h"

namespace inquest {

// "BUG kmalloc-64(17:warren) (Tainted: G    B): Right Redzone overwritten"; "BUG kmalloc-64: Poison
// overwritten" of kernels before 3.3, whose complaint must be one that is known, since nothing else tells it
// from prose.
struct SlubLine {
    std::string_view cache;      // "kmalloc-64"
    std::string_view group;      // "17:warren", the memory cgroup that the cache belongs to; mostly empty
    std::string_view complaint;  // "Right Redzone overwritten"
};

std::optional<SlubLine> parse_slub_line(const Line& line);

}  // namespace inquest
