// Which control groups the objects of slab caches are charged to (CONFIG_MEMCG).
#pragma once

#include <cstdint>
#include <vector>

#include "kernel/object.h"
#include "kernel/subsystems/slab.h"

namespace inquest {

// Objects of one cache that are charged to one group; those that belong to nobody are in no share.
struct SlabShare {
    const SlabCache* cache = nullptr;
    std::uint64_t cgroup = 0;  // struct cgroup; 0 when its memory controller's state does not lead to one
    std::uint64_t objects = 0;
};

struct SlabOwners {
    std::vector<SlabShare> shares;  // most bytes first
    std::size_t unread = 0;         // slabs whose table of owners is not in the dump, or owners that are not
    std::uint64_t missing = 0;      // bytes of page descriptors that are not in the dump
};

// Of every cache, or of one. Reads all page descriptors, as SlabAllocator::each_slab does. The error says
// that the kernel keeps no owners.
Result<SlabOwners> slab_owners(Objects& objects, const SlabAllocator& slabs, const SlabCache* only);

}  // namespace inquest
