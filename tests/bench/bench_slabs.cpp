// How fast every slab object of a dump is told: its address, its cache, whether it is allocated.
// usage: bench_slabs DUMP [CACHE]     with CACHE its objects are printed: +ADDRESS allocated, -ADDRESS free
#include <algorithm>
#include <ctime>
#include <fmt/format.h>
#include <string>
#include <string_view>
#include <unordered_map>

#include "kernel/subsystems/slab.h"

namespace {

using namespace inquest;

double processor_seconds() {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

struct Count {
    std::uint64_t slabs = 0, objects = 0, allocated = 0, sum = 0, missing = 0;
};

// Every object is looked at: `sum` takes the address of each, so that no work can be left out.
Count count_all(const SlabAllocator& slabs) {
    Count count;
    std::unordered_map<std::uint64_t, std::vector<std::uint64_t>> ready;
    for (const SlabCache& cache : slabs.caches()) ready[cache.address] = slabs.ready_objects(cache);
    count.missing = slabs.each_slab(nullptr, [&](const Slab& slab) {
        const SlabCache& cache = *slabs.cache_at(slab.cache);
        const SlabObjects objects = slabs.objects(slab, cache, ready[slab.cache]);
        ++count.slabs;
        count.objects += slab.objects;
        for (std::uint32_t i = 0; i < slab.objects; ++i) {
            count.sum += SlabAllocator::object_address(slab, cache, i);
            count.allocated += !objects.free[i];
        }
        return true;
    });
    return count;
}

void print_objects(const SlabAllocator& slabs, const SlabCache& cache) {
    const auto ready = slabs.ready_objects(cache);
    slabs.each_slab(&cache, [&](const Slab& slab) {
        const SlabObjects objects = slabs.objects(slab, cache, ready);
        for (std::uint32_t i = 0; i < slab.objects; ++i)
            fmt::print("{}{:x}\n", objects.free[i] ? '-' : '+',
                       SlabAllocator::object_address(slab, cache, i));
        return true;
    });
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) return 2;
    const double start = processor_seconds();
    auto session = Session::open(argv[1]);
    if (!session) return fmt::print(stderr, "{}: {}\n", argv[1], session.error().message()), 1;
    auto slabs = SlabAllocator::find(**session);
    if (!slabs) return fmt::print(stderr, "{}: {}\n", argv[1], slabs.error().message()), 1;
    if (argc > 2) {
        const SlabCache* cache = slabs->cache_named(argv[2]);
        if (!cache) return fmt::print(stderr, "no slab cache {}\n", argv[2]), 1;
        print_objects(*slabs, *cache);
        return 0;
    }
    // The first round decompresses what the second may find decompressed; both are told.
    const double opened = processor_seconds();
    Count count;
    double rounds[2] = {};
    for (double& round : rounds) {
        const double begin = processor_seconds();
        count = count_all(*slabs);
        round = processor_seconds() - begin;
    }
    const double objects = static_cast<double>(count.objects);
    fmt::print("{} objects in {} slabs of {} caches, {} allocated (sum {:x}); {} kB of descriptors missing\n",
               count.objects, count.slabs, slabs->caches().size(), count.allocated, count.sum,
               count.missing / 1024);
    fmt::print("opening {:.3f} s; first {:.3f} s, {:.1f} million/s; second {:.3f} s, {:.1f} million/s\n",
               opened - start, rounds[0], objects / rounds[0] * 1e-6, rounds[1], objects / rounds[1] * 1e-6);
}
