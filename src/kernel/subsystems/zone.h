// Memory nodes and their zones (struct pglist_data, struct zone).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/session.h"
#include "kernel/subsystems/vmstat.h"

namespace inquest {

// All figures but `node` are pages.
struct ZoneView {
    std::uint64_t address = 0;  // of its struct zone
    int node = 0;
    std::string name;  // "DMA32"
    // As the allocator compares with them: _watermark[] plus watermark_boost (since 5.0; 1c30844d2dfe).
    std::uint64_t min = 0, low = 0, high = 0;
    std::uint64_t boost = 0;
    std::uint64_t start_pfn = 0, spanned = 0, present = 0, managed = 0;
    // Set aside for atomic allocations of high order; only those may take it.
    std::uint64_t reserved_highatomic = 0;
    std::vector<std::uint64_t> protection;   // lowmem_reserve, by the zone that the allocation was meant for
    std::vector<std::uint64_t> free_blocks;  // in the buddy lists, by order
    std::vector<std::string> flags;          // "BOOSTED_WATERMARK", "RECLAIM_ACTIVE", ...
    std::vector<Counter> counters;           // vm_stat, by enum zone_stat_item
    std::vector<Counter> numa;               // hits and misses; empty without CONFIG_NUMA
    std::uint64_t on_cpu_lists = 0;          // free pages that CPUs keep for themselves (per_cpu_pages)

    [[nodiscard]] std::uint64_t free() const { return printed(counters, "NR_FREE_PAGES"); }
};

struct NodeView {
    std::uint64_t address = 0;  // of its pglist_data
    int id = 0;
    std::uint64_t start_pfn = 0, spanned = 0, present = 0;
    std::uint64_t kswapd_failures = 0;  // at 16 (MAX_RECLAIM_RETRIES) kswapd gave the node up
    std::vector<Counter> counters;      // vm_stat, by enum node_stat_item
    std::vector<ZoneView> zones;        // populated or not, lowest first
};

struct MemoryNodes {
    std::vector<NodeView> nodes;
    // Over all nodes and zones.
    std::vector<Counter> zone_counters, numa_counters, node_counters;
    std::vector<std::string> problems;
};

// Reads every node that the kernel has (node_data, contig_page_data).
MemoryNodes read_memory_nodes(Session& session);

}  // namespace inquest
