// The slab allocator (SLUB): caches, their slabs, and which objects are allocated.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "kernel/session.h"
#include "kernel/structure.h"
#include "kernel/subsystems/page.h"

namespace inquest {

struct SlabCache {
    std::uint64_t address = 0;  // of its kmem_cache
    std::string name;           // caches merged into it have no name here
    std::uint32_t size = 0;     // bytes from one object to the next
    std::uint32_t object_size = 0;
    std::uint32_t pages_per_slab = 0, objects_per_slab = 0;  // of new slabs
    std::uint32_t free_pointer = 0;  // where in a free object the pointer to the next one is
    std::uint32_t left_padding = 0;  // before an object, with a red zone
    std::uint64_t random = 0;        // key of the pointers; 0 without CONFIG_SLAB_FREELIST_HARDENED
    std::uint32_t merged = 0;        // how many caches it stands for
    bool typesafe_by_rcu = false;    // a freed object stays one of its type for a grace period
};

// A slab: some pages of one cache.
struct Slab {
    std::uint64_t descriptor = 0;
    std::uint64_t cache = 0;
    std::uint64_t base = 0;  // address of its first byte
    std::uint32_t objects = 0, in_use = 0;
    bool frozen = false;         // a CPU's own, on no list (up to 6.7 its partial ones too)
    std::uint64_t freelist = 0;  // first free object
};

// Something in the allocator's structures that cannot be, with the place.
struct SlabDamage {
    std::uint64_t cache = 0;
    std::uint64_t place = 0;  // the object or list entry that is wrong
    std::string text;         // "the freelist of slab ... runs in a circle at object ..."
};

// What a cache holds: as /proc/slabinfo counts, and truly.
struct SlabUse {
    std::uint64_t slabs = 0, total = 0;
    // get_slabinfo(): objects on CPUs' slabs and in sheaves count as active. 5.10 to 6.9 walk the whole
    // partial list, later ones (count_partial_free_approx) extrapolate lists of over 10,000 slabs.
    std::uint64_t active = 0;
    std::uint64_t allocated = 0;  // what somebody got and has not given back
    std::uint64_t free_listed = 0, free_on_cpus = 0, free_in_sheaves = 0;
    std::vector<std::uint64_t> cpu_freelists;  // objects that CPUs and sheaves hold ready
    std::vector<SlabDamage> damage;
    std::size_t unread = 0;  // lists or slabs that are not in the dump
};

// Which objects of a slab are free.
struct SlabObjects {
    std::vector<bool> free;
    std::optional<SlabDamage> damage;  // then `free` is what was found before it
    bool complete = true;              // false: a free object's pointer is not in the dump
};

class SlabAllocator {
  public:
    // The error tells what is missing, or that the kernel has another allocator (SLAB, SLOB).
    static Result<SlabAllocator> find(Session& session);

    [[nodiscard]] const std::vector<SlabCache>& caches() const { return caches_; }
    [[nodiscard]] const std::vector<std::string>& problems() const { return problems_; }
    [[nodiscard]] const SlabCache* cache_at(std::uint64_t address) const;
    [[nodiscard]] const SlabCache* cache_named(std::string_view name) const;
    [[nodiscard]] const PageMap& pages() const { return pages_; }

    // Reads the lists of nodes, CPUs and sheaves; no contents of objects but free ones of CPUs' slabs.
    [[nodiscard]] SlabUse use(const SlabCache& cache) const;

    // SlabUse::slabs alone: what its nodes count.
    [[nodiscard]] std::uint64_t slab_count(const SlabCache& cache) const;

    // SlabUse::cpu_freelists alone, which is quick: nodes' partial lists are not walked.
    [[nodiscard]] std::vector<std::uint64_t> ready_objects(const SlabCache& cache) const;

    // The slab whose first page has this descriptor; nullopt when that is no slab page of a known cache.
    [[nodiscard]] std::optional<Slab> slab_at(std::uint64_t descriptor) const;

    // Every slab of every cache, or of one, by scanning all page descriptors (1/64 of the memory). `visit`
    // gets false to stop. Returns how many bytes of descriptors were not in the dump.
    std::uint64_t each_slab(const SlabCache* only, const std::function<bool(const Slab&)>& visit) const;

    // Follows the slab's freelist; `held` are what SlabUse::cpu_freelists names, which are free too though
    // the slab counts them as used.
    [[nodiscard]] SlabObjects objects(const Slab& slab, const SlabCache& cache,
                                      std::span<const std::uint64_t> held) const;

    // The number of the object that holds `address`, which may lie in the padding behind it.
    [[nodiscard]] static std::optional<std::uint32_t> index_of(const Slab& slab, const SlabCache& cache,
                                                               std::uint64_t address);
    [[nodiscard]] static std::uint64_t object_address(const Slab& slab, const SlabCache& cache,
                                                      std::uint32_t index) {
        return slab.base + cache.left_padding + std::uint64_t{index} * cache.size;
    }

  private:
    SlabAllocator(Session& session, PageMap pages);
    Result<void> read_caches();
    [[nodiscard]] std::optional<Slab> parse(std::span<const std::uint8_t> descriptor,
                                            std::uint64_t address) const;
    [[nodiscard]] std::optional<Slab> read_slab(std::uint64_t descriptor) const;
    // The next free object after the one at `object`.
    [[nodiscard]] std::optional<std::uint64_t> next_free(const SlabCache& cache, std::uint64_t object) const;

    friend class SlabCounter;

    Session* session_;
    PageMap pages_;
    SlabMark mark_;
    // struct slab since 5.17 (d122019bf061); before, it was a part of struct page.
    Structure slab_;
    struct Offsets {
        std::uint64_t cache = 0, freelist = 0, counters = 0, list = 0, flags = 0, type = 0;
    } at_;
    std::vector<SlabCache> caches_;
    std::unordered_map<std::uint64_t, std::size_t> by_address_;
    std::vector<std::string> problems_;
};

}  // namespace inquest
