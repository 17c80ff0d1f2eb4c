// Reading a dump's memory from one end to the other, on several cores.
#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "dump/memory.h"

namespace inquest {

// Frames that lie together: `bytes` holds a page for each outcome, of one that is not present it means
// nothing. Behind the frames of the run may stand one more, the next run's first, for what crosses pages.
struct PageRun {
    std::uint64_t first_pfn = 0;
    std::uint64_t frames = 0;
    std::span<const ReadOutcome> outcomes;  // frames or frames + 1
    std::span<const std::uint8_t> bytes;
};

// Reads the frames from `first` up to `end` and shows them to `visit`, from several threads at once and in no
// order; false of it ends the scan. Memory: 1 MB a thread.
void scan_pages(const Dump& dump, std::uint64_t first, std::uint64_t end,
                const std::function<bool(const PageRun&)>& visit);

}  // namespace inquest
