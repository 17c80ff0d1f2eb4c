// Areas of the vmalloc space: what vmalloc, vmap, ioremap, modules and stacks got.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kernel/session.h"

namespace inquest {

struct VmallocArea {
    std::uint64_t start = 0, end = 0;  // the guard page behind it included
    std::uint64_t pages = 0;           // of memory behind it; 0 for what is mapped from elsewhere
    std::uint64_t caller = 0;          // code that asked for it; 0 for a vm_map_ram block, which has no owner
    std::uint64_t physical = 0;        // where an ioremap leads
    std::vector<std::string> flags;    // "IOREMAP", "ALLOC", "MAP", "USERMAP"
};

struct VmallocAreas {
    std::vector<VmallocArea> areas;  // by address
    std::vector<std::string> problems;

    // nullptr when the address is in none.
    [[nodiscard]] const VmallocArea* at(std::uint64_t address) const;
};

// Walks the areas in use: one tree up to 6.8, one a node since (d0936029200d).
VmallocAreas read_vmalloc(Session& session);

}  // namespace inquest
