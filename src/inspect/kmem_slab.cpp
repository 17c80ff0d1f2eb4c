#include <algorithm>
#include <fmt/format.h>

#include "base/text.h"
#include "inspect/kmem.h"
#include "kernel/subsystems/slab.h"

namespace inquest {
namespace {

void add_damage(InspectionAnswer& answer, const SlabUse& use) {
    for (const SlabDamage& damage : use.damage) answer.problems.push_back("damaged: " + damage.text);
    if (use.unread) answer.problems.push_back(fmt::format("{} lists are not in the dump", use.unread));
}

Json cache_json(const SlabCache& cache, const SlabUse& use) {
    Json one;
    one.set("name", cache.name);
    one.set("address", hex(cache.address));
    one.set("object_size", cache.object_size);
    one.set("size", cache.size);
    one.set("objects_per_slab", cache.objects_per_slab);
    one.set("pages_per_slab", cache.pages_per_slab);
    one.set("merged", cache.merged);
    one.set("slabs", use.slabs);
    one.set("total", use.total);
    one.set("active", use.active);
    one.set("allocated", use.allocated);
    one.set("free_in_slabs", use.free_listed);
    one.set("free_on_cpus", use.free_on_cpus);
    one.set("free_in_sheaves", use.free_in_sheaves);
    return one;
}

std::string cache_text(const SlabCache& cache, const SlabUse& use, std::uint64_t page_size) {
    return fmt::format("{:016x} {:>8} {:>10} {:>10} {:>10} {:>8} {:>6}k  {}\n", cache.address,
                       cache.object_size, use.allocated, use.active, use.total, use.slabs,
                       cache.pages_per_slab * page_size / 1024, escape_for_terminal(cache.name));
}

std::string heading() {
    return fmt::format("{:<16} {:>8} {:>10} {:>10} {:>10} {:>8} {:>7}  {}\n", "CACHE", "OBJSIZE", "ALLOCATED",
                       "ACTIVE", "TOTAL", "SLABS", "SSIZE", "NAME");
}

}  // namespace

Result<const SlabCache*> cache_named_by(const SlabAllocator& slabs, const std::string& word) {
    const SlabCache* cache = slabs.cache_named(word);
    if (!cache)
        if (auto address = parse_hex(word)) cache = slabs.cache_at(*address);
    if (!cache)
        return fail("there is no slab cache \"" + word +
                    "\"; kmem -s lists them (one that was merged into another has "
                    "no name of its own)");
    return cache;
}

Result<InspectionAnswer> kmem_caches(Workspace& workspace, const std::vector<std::string>& names) {
    auto slabs = SlabAllocator::find(workspace.session());
    if (!slabs) return cannot_tell(slabs.error().message());
    InspectionAnswer answer{.text = heading(), .json = Json(Json::Object{}), .problems = slabs->problems()};
    std::vector<const SlabCache*> shown;
    for (const std::string& name : names) {
        auto cache = cache_named_by(*slabs, name);
        if (!cache) return std::unexpected(std::move(cache.error()));
        shown.push_back(*cache);
    }
    if (names.empty())
        for (const SlabCache& cache : slabs->caches()) shown.push_back(&cache);
    Json::Array caches;
    for (const SlabCache* cache : shown) {
        SlabUse use = slabs->use(*cache);
        answer.text += cache_text(*cache, use, slabs->pages().page_size());
        caches.push_back(cache_json(*cache, use));
        add_damage(answer, use);
    }
    answer.json.set("caches", std::move(caches));
    return answer;
}

Result<InspectionAnswer> kmem_objects(Workspace& workspace, const std::vector<std::string>& names) {
    if (names.empty()) return fail("kmem -S takes the name of a cache");
    auto slabs = SlabAllocator::find(workspace.session());
    if (!slabs) return cannot_tell(slabs.error().message());
    InspectionAnswer answer{.text = {}, .json = Json(Json::Object{}), .problems = slabs->problems()};
    Json::Array caches;
    for (const std::string& name : names) {
        auto cache = cache_named_by(*slabs, name);
        if (!cache) return std::unexpected(std::move(cache.error()));
        SlabUse use = slabs->use(**cache);
        answer.text += heading() + cache_text(**cache, use, slabs->pages().page_size());
        Json one = cache_json(**cache, use);
        add_damage(answer, use);
        Json::Array listed;
        std::size_t incomplete = 0;
        const std::uint64_t missing = slabs->each_slab(*cache, [&](const Slab& slab) {
            SlabObjects objects = slabs->objects(slab, **cache, use.cpu_freelists);
            if (objects.damage) answer.problems.push_back("damaged: " + objects.damage->text);
            incomplete += !objects.complete;
            const auto free = static_cast<std::uint64_t>(std::ranges::count(objects.free, true));
            answer.text +=
                fmt::format("  SLAB {:016x} at {:016x}  {} objects, {} allocated{}\n", slab.descriptor,
                            slab.base, slab.objects, slab.objects - free, slab.frozen ? ", frozen" : "");
            Json::Array free_objects, allocated;
            for (std::uint32_t i = 0; i < slab.objects; ++i) {
                const std::uint64_t address = SlabAllocator::object_address(slab, **cache, i);
                answer.text += objects.free[i] ? fmt::format("    {:016x}\n", address)
                                               : fmt::format("   [{:016x}]\n", address);
                (objects.free[i] ? free_objects : allocated).push_back(hex(address));
            }
            Json entry;
            entry.set("slab", hex(slab.descriptor));
            entry.set("address", hex(slab.base));
            entry.set("frozen", slab.frozen);
            entry.set("free", std::move(free_objects));
            entry.set("allocated", std::move(allocated));
            listed.push_back(std::move(entry));
            return !workspace.stopped();
        });
        if (missing)
            answer.problems.push_back(fmt::format(
                "{} kB of page descriptors are not in the dump: slabs may be missing", missing / 1024));
        if (incomplete)
            answer.problems.push_back(fmt::format(
                "the freelists of {} slabs break off where memory is not in the dump", incomplete));
        one.set("slab_list", std::move(listed));
        caches.push_back(std::move(one));
    }
    answer.json.set("caches", std::move(caches));
    return answer;
}

}  // namespace inquest
