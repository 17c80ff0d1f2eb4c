#include "kernel/subsystems/slab_owners.h"

#include <algorithm>
#include <map>
#include <optional>

namespace inquest {
namespace {

// The low bits of the word that leads to the table; bit 0 is set when it is one (MEMCG_DATA_OBJCGS, since
// 6.10 MEMCG_DATA_OBJEXTS; include/linux/memcontrol.h).
constexpr std::uint64_t kIsTable = 1, kFlags = 7;
constexpr std::uint64_t kLargestStride = 1 << 16;

// Where a slab keeps the owners of its objects, and how far the entries stand apart.
struct Place {
    std::uint64_t word = 0;                  // in the descriptor
    std::uint64_t stride = 8;                // bytes from entry to entry
    std::optional<std::uint64_t> stride_at;  // in the descriptor, where each slab has its own (since 7.0)
    std::uint64_t owner = 0;                 // in an entry
};

std::optional<Place> place_of(Objects& objects) {
    if (auto word = objects.offset_of("slab", "obj_exts")) {  // since 6.10 (21c690a349ba)
        auto owner = objects.offset_of("slabobj_ext", "objcg");
        if (!owner) return std::nullopt;
        return Place{*word, objects.size_of("slabobj_ext"), objects.offset_of("slab", "stride"), *owner};
    }
    if (auto word = objects.offset_of("slab", "memcg_data")) return Place{*word};  // since 5.17
    if (auto word = objects.offset_of("page", "memcg_data")) return Place{*word};  // since 5.11
    if (auto word = objects.offset_of("page", "obj_cgroups"))
        return Place{*word};  // since 5.9 (286e04b8ed7a)
    return std::nullopt;
}

class Counter {
  public:
    Counter(Objects& objects, const Place& place)
        : objects_(objects),
          session_(objects.session()),
          place_(place),
          stride_size_(place.stride_at ? Structure(session_, "slab").size_of("stride") : 0) {}

    void add(const Slab& slab) {
        auto word = session_.read_pointer(slab.descriptor + place_.word);
        unread_ += !word;
        if (!word || (*word & kIsTable) == 0 || (*word & ~kFlags) == 0) return;
        const std::uint64_t stride = stride_of(slab);
        table_.resize((slab.objects - 1) * stride + place_.owner + 8);
        if (session_.read(*word & ~kFlags, table_) != ReadOutcome::present) {
            ++unread_;
            return;
        }
        for (std::uint64_t i = 0; i < slab.objects; ++i)
            if (auto owner = peek<std::uint64_t>(table_, i * stride + place_.owner); owner && *owner)
                ++count_of(slab.cache, *owner);
    }

    SlabOwners take(const SlabAllocator& slabs) {
        std::map<std::pair<std::uint64_t, std::uint64_t>, std::uint64_t> by_group;
        for (const auto& [key, count] : counts_) by_group[{key.first, group_of(key.second)}] += count;
        SlabOwners owners{.shares = {}, .unread = unread_};
        for (const auto& [key, count] : by_group)
            owners.shares.push_back({slabs.cache_at(key.first), key.second, count});
        std::ranges::stable_sort(owners.shares, std::ranges::greater{},
                                 [](const SlabShare& one) { return one.objects * one.cache->size; });
        return owners;
    }

  private:
    std::uint64_t stride_of(const Slab& slab) {
        if (!place_.stride_at) return place_.stride;
        auto own = read_integer(session_, slab.descriptor + *place_.stride_at, stride_size_);
        return own && *own >= place_.stride && *own <= kLargestStride ? *own : place_.stride;
    }

    // Neighbours mostly have one owner.
    std::uint64_t& count_of(std::uint64_t cache, std::uint64_t owner) {
        if (!last_ || last_key_ != std::pair(cache, owner)) {
            last_key_ = {cache, owner};
            last_ = &counts_[last_key_];
        }
        return *last_;
    }

    // struct obj_cgroup stands for a group, and for its parent once it is gone.
    std::uint64_t group_of(std::uint64_t owner) {
        auto group = objects_.at("obj_cgroup", owner).follow("memcg").get("css.cgroup");
        unread_ += !group;
        return group.value_or(0);
    }

    Objects& objects_;
    Session& session_;
    Place place_;
    std::uint64_t stride_size_;
    std::vector<std::uint8_t> table_;
    std::map<std::pair<std::uint64_t, std::uint64_t>, std::uint64_t> counts_;  // by cache and owner
    std::pair<std::uint64_t, std::uint64_t> last_key_;
    std::uint64_t* last_ = nullptr;
    std::size_t unread_ = 0;
};

}  // namespace

Result<SlabOwners> slab_owners(Objects& objects, const SlabAllocator& slabs, const SlabCache* only) {
    auto place = place_of(objects);
    if (!place || !objects.offset_of("obj_cgroup", "memcg"))
        return fail("the kernel does not keep whose slab objects are (built without CONFIG_MEMCG)");
    Counter counter(objects, *place);
    const std::uint64_t missing = slabs.each_slab(only, [&](const Slab& slab) {
        counter.add(slab);
        return true;
    });
    SlabOwners owners = counter.take(slabs);
    owners.missing = missing;
    return owners;
}

}  // namespace inquest
