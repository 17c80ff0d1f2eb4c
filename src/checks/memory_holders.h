// Who holds the machine's memory.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "checks/checker.h"
#include "kernel/subsystems/memory.h"

namespace inquest {

// A part of all memory; the parts do not overlap.
struct MemoryPart {
    std::string name;  // "anonymous memory of processes"
    std::uint64_t kb = 0;
    bool reclaimable = false;  // the kernel can have it back by itself
};

struct MemoryState {
    MemoryNodes nodes;
    Swap swap;
    MemoryUse use;
    std::vector<MemoryPart> parts;  // largest first; what nothing accounts for is one of them

    [[nodiscard]] std::uint64_t kb(std::string_view name) const { return use[name].value_or(0); }
};
MemoryState memory_state(Session& session);

// A process, with all its threads; kB.
struct ProcessMemory {
    int pid = 0;
    std::string comm;
    std::uint64_t anon = 0, file = 0, shmem = 0, swap = 0;
    int oom_score_adj = 0;
    [[nodiscard]] std::uint64_t resident() const { return anon + file + shmem; }
};
// Largest first by what leaves with the process, which file pages do not.
std::vector<ProcessMemory> process_memory(CheckContext& context);

// The largest parts, processes, cached files and slab caches as evidence, some of each; as advice how to find
// who takes what nobody can give back.
void add_holders(CheckContext& context, const MemoryState& state, Finding& finding);

std::string megabytes(std::uint64_t kb);  // "1,234 MB", "0.4 MB"

}  // namespace inquest
