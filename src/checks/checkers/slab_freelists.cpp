// Slab caches whose lists of free objects are broken: somebody wrote to an object after freeing it, past the
// end of one, or freed it twice. The place is where that happened.
#include <algorithm>
#include <fmt/format.h>
#include <map>

#include "base/text.h"
#include "checks/checker.h"
#include "checks/next_steps.h"
#include "kernel/subsystems/slab.h"

namespace inquest {
namespace {

constexpr std::size_t kShownCaches = 8, kShownPlaces = 4;

Finding finding_of(Session& session, const SlabCache& cache, const std::vector<SlabDamage>& damage) {
    Finding finding{.id = "slab-freelists",
                    .title = fmt::format("The free objects of slab cache {} are damaged", cache.name),
                    .confidence = 0.85};
    finding.statement = fmt::format(
        "{} place{} in its lists of free objects cannot be: an object was written to after it was freed, or "
        "past the end of its neighbour, or freed twice. The next allocation from it would have gone wrong; "
        "who "
        "crashed need not be who did it.",
        damage.size(), damage.size() == 1 ? "" : "s");
    for (std::size_t i = 0; i < std::min(damage.size(), kShownPlaces); ++i)
        finding.evidence.push_back({damage[i].text, "memory at " + hex(damage[i].place)});
    if (auto step = debug_cache(cache.name)) finding.advice.push_back(*step);
    if (auto step = trace_frees(session, cache.name)) finding.advice.push_back(*step);
    return finding;
}

void run(CheckContext& context, CheckResult& result) {
    auto slabs = SlabAllocator::find(context.session);
    if (!slabs) {
        result.limits.push_back(slabs.error().message());
        return;
    }
    result.limits = slabs->problems();
    std::map<std::uint64_t, std::vector<SlabDamage>> damage;
    std::map<std::uint64_t, std::vector<std::uint64_t>> ready;
    for (const SlabCache& cache : slabs->caches()) {
        SlabUse use = slabs->use(cache);
        ready[cache.address] = std::move(use.cpu_freelists);
        if (!use.damage.empty()) damage[cache.address] = std::move(use.damage);
    }
    // A slab without a free object has no list to walk.
    std::size_t incomplete = 0;
    const std::uint64_t missing = slabs->each_slab(nullptr, [&](const Slab& slab) {
        if (slab.freelist == 0 && slab.in_use == slab.objects) return true;
        const SlabCache& cache = *slabs->cache_at(slab.cache);
        SlabObjects objects = slabs->objects(slab, cache, ready[cache.address]);
        incomplete += !objects.complete;
        if (objects.damage) damage[cache.address].push_back(std::move(*objects.damage));
        return true;
    });
    if (missing)
        result.limits.push_back(fmt::format("{} kB of page descriptors are not in the dump", missing / 1024));
    if (incomplete)
        result.limits.push_back(
            fmt::format("the freelists of {} slabs break off where memory is not in the dump", incomplete));
    std::size_t shown = 0;
    for (const auto& [address, places] : damage) {
        if (++shown > kShownCaches) break;
        result.findings.push_back(finding_of(context.session, *slabs->cache_at(address), places));
    }
    if (damage.size() > kShownCaches)
        result.limits.push_back(fmt::format("{} more caches are damaged", damage.size() - kShownCaches));
}

constexpr std::string_view kSymbols[] = {"slab_caches"};

}  // namespace

extern const Checker plugin_checkers_slab_freelists;
const Checker plugin_checkers_slab_freelists{
    .id = "slab-freelists",
    .question = "slab caches whose free objects are damaged",
    .needs = {.symbols = kSymbols},
    .run = run,
};

}  // namespace inquest
