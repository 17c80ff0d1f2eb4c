// Counting a cache's objects: what its nodes, CPUs and sheaves hold free.
#include <algorithm>
#include <fmt/format.h>
#include <unordered_set>

#include "base/text.h"
#include "kernel/percpu.h"
#include "kernel/subsystems/slab.h"

namespace inquest {
namespace {

constexpr std::uint64_t kMostNodes = 1024;
constexpr std::uint64_t kMostInSheaf = 4096;
constexpr std::size_t kMostSlabs = 1 << 24;
constexpr std::size_t kScanned = 10000;  // MAX_PARTIAL_TO_SCAN of mm/slub.c

}  // namespace

class SlabCounter {
  public:
    SlabCounter(const SlabAllocator& slabs, const SlabCache& cache)
        : slabs_(slabs),
          session_(*slabs.session_),
          cache_(cache),
          layout_(session_, "kmem_cache"),
          node_(session_, "kmem_cache_node"),
          per_node_(session_, "kmem_cache_per_node_ptrs"),
          cpu_(session_, "kmem_cache_cpu"),
          sheaves_(session_, "slub_percpu_sheaves"),
          sheaf_(session_, "slab_sheaf"),
          barn_(session_, "node_barn") {}

    // Without `listed` only what CPUs and sheaves hold.
    SlabUse count(bool listed) {
        each_node([&](std::uint64_t address, std::optional<std::uint64_t> barn) {
            if (listed) node(address);
            if (barn) full_sheaves(*barn);
        });
        auto offsets = per_cpu_offsets(session_);
        if (auto slab = pointer(layout_, cache_.address, "cpu_slab"))
            for (std::uint64_t offset : offsets) cpu(*slab + offset);
        if (auto sheaves = pointer(layout_, cache_.address, "cpu_sheaves"))
            for (std::uint64_t offset : offsets)
                for (std::string_view which : {"main", "spare", "rcu_free"})
                    if (auto sheaf = pointer(sheaves_, *sheaves + offset, which)) take_sheaf(*sheaf);
        use_.active = use_.total - std::min(use_.total, listed_as_kernel_);
        const std::uint64_t free = use_.free_listed + use_.free_on_cpus + use_.free_in_sheaves;
        if (listed && free > use_.total)
            damaged(cache_.address,
                    fmt::format("{} objects are free of {} that there are", free, use_.total));
        use_.allocated = use_.total - std::min(use_.total, free);
        std::ranges::sort(use_.cpu_freelists);
        for (auto twice = std::ranges::adjacent_find(use_.cpu_freelists); twice != use_.cpu_freelists.end();
             twice = std::adjacent_find(std::ranges::upper_bound(use_.cpu_freelists, *twice),
                                        use_.cpu_freelists.end()))
            damaged(*twice, fmt::format("the object {} is in the CPUs' lists of free objects twice: it was "
                                        "freed twice",
                                        hex(*twice)));
        return std::move(use_);
    }

    std::uint64_t slab_count() {
        std::uint64_t count = 0;
        each_node([&](std::uint64_t address, std::optional<std::uint64_t>) {
            count += node_.get(address, "nr_slabs").value_or(0);
        });
        return count;
    }

  private:
    // A pointer that is there and is not NULL.
    std::optional<std::uint64_t> pointer(const Structure& structure, std::uint64_t address,
                                         std::string_view member) {
        if (!structure.has(member)) return std::nullopt;
        auto value = structure.get(address, member);
        if (!value) ++use_.unread;
        return value && *value ? value : std::nullopt;
    }

    // A descriptor that the dump lacks is no damage; one outside of all descriptors is.
    bool is_missing(std::uint64_t descriptor) {
        const bool missing =
            slabs_.pages_.pfn_of_descriptor(descriptor) && !session_.read_pointer(descriptor);
        use_.unread += missing;
        return missing;
    }

    void damaged(std::uint64_t place, std::string text) {
        use_.damage.push_back(
            {cache_.address, place, fmt::format("cache {}: {}", cache_.name, std::move(text))});
    }

    // An array of nodes up to 7.0; since 7.1 of pairs, with the node's sheaves. `take` gets a node and its
    // barn.
    template <typename Take>
    void each_node(Take take) {
        const std::uint64_t count = std::min(read_global(session_, "nr_node_ids", 4).value_or(1), kMostNodes);
        const bool pairs = layout_.has("per_node");
        auto array = layout_.offset(pairs ? "per_node" : "node");
        for (std::uint64_t i = 0; array && i < count; ++i) {
            const std::uint64_t slot = cache_.address + *array + i * (pairs ? per_node_.size() : 8);
            auto address = pairs ? pointer(per_node_, slot, "node") : session_.read_pointer(slot);
            if (!address || *address == 0) continue;
            // In the node itself from 6.18 to 7.0.
            take(*address, pairs ? pointer(per_node_, slot, "barn") : pointer(node_, *address, "barn"));
        }
    }

    void node(std::uint64_t address) {
        auto slabs = node_.get(address, "nr_slabs"), total = node_.get(address, "total_objects");
        auto head = node_.offset("partial");
        if (!slabs || !total || !head) {
            ++use_.unread;
            return;
        }
        use_.slabs += *slabs;
        use_.total += *total;
        std::vector<std::uint32_t> free;
        partial(address + *head, free);
        std::uint64_t sum = 0;
        for (std::uint32_t count : free) sum += count;
        use_.free_listed += sum;
        if (free.size() > kScanned && session_.symbols().address_of("count_partial_free_approx")) {
            std::uint64_t scanned = 0;
            for (std::size_t i = 0; i < kScanned / 2; ++i) scanned += free[i] + free[free.size() - 1 - i];
            // mult_frac()
            sum = scanned / kScanned * free.size() + scanned % kScanned * free.size() / kScanned;
            sum = std::min(sum, *total);
        }
        listed_as_kernel_ += sum;
    }

    // The node's list of slabs that have free objects.
    void partial(std::uint64_t head, std::vector<std::uint32_t>& free) {
        std::unordered_set<std::uint64_t> seen;
        std::uint64_t before = head;
        for (auto next = session_.read_pointer(head); next && *next != head;
             next = session_.read_pointer(*next)) {
            if (is_missing(*next - slabs_.at_.list)) return;
            auto slab = slabs_.read_slab(*next - slabs_.at_.list);
            if (!slab || slab->cache != cache_.address) {
                damaged(before, fmt::format("its list of partial slabs leads from {} to {}, which is no slab "
                                            "of it",
                                            hex(before), hex(*next)));
                return;
            }
            if (!seen.insert(*next).second || seen.size() > kMostSlabs) {
                damaged(before, fmt::format("its list of partial slabs runs in a circle at {}", hex(*next)));
                return;
            }
            free.push_back(free_of(*slab));
            before = *next;
        }
    }

    std::uint32_t free_of(const Slab& slab) {
        if (slab.in_use <= slab.objects) return slab.objects - slab.in_use;
        damaged(slab.descriptor, fmt::format("slab {} counts {} objects in use of {}", hex(slab.base),
                                             slab.in_use, slab.objects));
        return 0;
    }

    void cpu(std::uint64_t address) {
        const std::string_view member = cpu_.has("slab") ? "slab" : "page";
        if (auto descriptor = pointer(cpu_, address, member); descriptor && !is_missing(*descriptor)) {
            auto slab = slabs_.read_slab(*descriptor);
            if (slab && slab->cache == cache_.address) {
                use_.free_on_cpus += free_of(*slab);
                if (auto first = pointer(cpu_, address, "freelist")) cpu_freelist(*slab, *first);
            } else {
                damaged(address, fmt::format("a CPU's slab is {}, which is no slab of it", hex(*descriptor)));
            }
        }
        auto next_offset = slabs_.slab_.offset("next");
        std::unordered_set<std::uint64_t> seen;
        auto next = pointer(cpu_, address, "partial");
        for (; next && *next && next_offset; next = session_.read_pointer(*next + *next_offset)) {
            if (is_missing(*next)) return;
            auto slab = slabs_.read_slab(*next);
            if (!slab || slab->cache != cache_.address || !seen.insert(*next).second) {
                damaged(*next, fmt::format("a CPU's list of partial slabs is broken at {}", hex(*next)));
                return;
            }
            use_.free_on_cpus += free_of(*slab);
        }
    }

    void cpu_freelist(const Slab& slab, std::uint64_t first) {
        std::vector<bool> seen(slab.objects);
        std::uint64_t before = 0;
        for (std::uint64_t object = first; object != 0;) {
            auto index = SlabAllocator::index_of(slab, cache_, object);
            if (!index || SlabAllocator::object_address(slab, cache_, *index) != object || seen[*index]) {
                damaged(before ? before : object,
                        fmt::format(
                            "a CPU's freelist leads from the free object {} to {}, which {}", hex(before),
                            hex(object),
                            index && seen[*index] ? "it has been to: a circle" : "is no object of its slab"));
                return;
            }
            seen[*index] = true;
            ++use_.free_on_cpus;
            use_.cpu_freelists.push_back(object);
            auto next = slabs_.next_free(cache_, object);
            if (!next) {
                ++use_.unread;
                return;
            }
            before = object;
            object = *next;
        }
    }

    // Sheaves (since 6.18, 2d517aa09bbc): arrays of free objects that their slabs count as used.
    void take_sheaf(std::uint64_t address) {
        auto size = sheaf_.get(address, "size");
        auto objects = sheaf_.offset("objects");
        if (!size || !objects) {
            ++use_.unread;
            return;
        }
        if (*size > kMostInSheaf) {
            damaged(address, fmt::format("the sheaf {} counts {} objects", hex(address), *size));
            return;
        }
        std::vector<std::uint64_t> held(*size);
        if (session_.read(address + *objects, {reinterpret_cast<std::uint8_t*>(held.data()), *size * 8}) !=
            ReadOutcome::present) {
            ++use_.unread;
            return;
        }
        use_.free_in_sheaves += *size;
        std::ranges::copy(held, std::back_inserter(use_.cpu_freelists));
    }

    void full_sheaves(std::uint64_t barn) {
        auto head = barn_.offset("sheaves_full"), link = sheaf_.offset("barn_list");
        if (!head || !link) return;
        std::unordered_set<std::uint64_t> seen;
        for (auto next = session_.read_pointer(barn + *head); next && *next != barn + *head;
             next = session_.read_pointer(*next)) {
            if (!seen.insert(*next).second || seen.size() > kMostInSheaf) {
                damaged(*next,
                        fmt::format("a node's list of full sheaves runs in a circle at {}", hex(*next)));
                return;
            }
            take_sheaf(*next - *link);
        }
    }

    const SlabAllocator& slabs_;
    Session& session_;
    const SlabCache& cache_;
    Structure layout_, node_, per_node_, cpu_, sheaves_, sheaf_, barn_;
    SlabUse use_;
    std::uint64_t listed_as_kernel_ = 0;
};

SlabUse SlabAllocator::use(const SlabCache& cache) const { return SlabCounter(*this, cache).count(true); }

std::uint64_t SlabAllocator::slab_count(const SlabCache& cache) const {
    return SlabCounter(*this, cache).slab_count();
}

std::vector<std::uint64_t> SlabAllocator::ready_objects(const SlabCache& cache) const {
    return SlabCounter(*this, cache).count(false).cpu_freelists;
}

}  // namespace inquest
