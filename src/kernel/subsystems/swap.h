// Swap areas (struct swap_info_struct).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kernel/session.h"

namespace inquest {

struct SwapArea {
    std::uint64_t address = 0;
    std::string file;        // path of the partition or file, as far as its names are in the dump
    bool partition = false;  // a block device, not a file
    std::uint64_t pages = 0, used = 0;
    int priority = 0;
    bool writable = true;  // false while swapoff empties it, or before swapon is through
};

struct Swap {
    std::vector<SwapArea> areas;
    std::uint64_t total = 0, free = 0;  // pages, as /proc/meminfo counts them
    std::uint64_t cached = 0;           // pages that are in memory and in a swap area too
    std::vector<std::string> problems;
};

Swap read_swap(Session& session);

}  // namespace inquest
