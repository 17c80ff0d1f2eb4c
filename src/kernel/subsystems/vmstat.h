// The kernel's memory counters: what /proc/vmstat adds up.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/session.h"

namespace inquest {

struct Counter {
    std::string name;        // as in /proc/vmstat: "nr_free_pages"
    std::string enumerator;  // as in the source: "NR_FREE_PAGES"
    // What the kernel prints: the shared counter alone, never below 0.
    std::uint64_t printed = 0;
    // With what each CPU counted and did not hand in yet: the figure after a write to vm/stat_refresh.
    std::int64_t exact = 0;
};

// nullptr when the kernel has no such counter.
const Counter* find_counter(std::span<const Counter> counters, std::string_view enumerator);
// What the kernel prints for it; 0 when it has no such counter.
std::uint64_t printed(std::span<const Counter> counters, std::string_view enumerator);

// Which counters there are and what the kernel calls them: enum zone_stat_item and the like, and vmstat_text.
// Where vmstat_text cannot be read (no KALLSYMS_ALL), names are the enumerators in small letters.
struct CounterNames {
    std::vector<Counter> zone, numa, node, events;  // by number, all zero

    explicit CounterNames(Session& session);
};

// Adds the s8 differences (u16 before 5.14 for numa) of an array of counters to `exact`; `per_cpu` is the
// address of the array in the first per-CPU area's terms, to which each CPU's offset is added.
struct PerCpuArray {
    std::uint64_t address = 0;
    std::uint64_t element_size = 1;
    bool is_signed = true;
};
// How many CPUs' differences could not be read.
std::size_t add_differences(const Session& session, const PerCpuArray& array,
                            std::span<const std::uint64_t> cpu_offsets, std::span<Counter> counters);
// Reads an array of atomic_long_t; false when it is not in the dump.
bool read_shared(const Session& session, std::uint64_t address, std::span<Counter> counters);

// Events summed over all CPUs (vm_event_states; an offline CPU's were folded into another's).
std::vector<Counter> read_vm_events(Session& session, std::vector<std::string>& problems);

}  // namespace inquest
