// Memory ran out: whether one holder that never gives it back has it.
#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <map>

#include "base/text.h"
#include "checks/memory_holders.h"
#include "diagnose/scene.h"
#include "kernel/subsystems/slab.h"
#include "kernel/subsystems/vmalloc.h"
#include "model/symbol.h"

namespace inquest {
namespace {

using namespace diagnose;

constexpr std::array<std::string_view, 3> kKillers{"out_of_memory", "pagefault_out_of_memory",
                                                   "mem_cgroup_out_of_memory"};
constexpr std::uint64_t kLeakShare = 50;  // percent of all memory

// The cache that takes most pages, and how much (kB).
std::optional<std::pair<const SlabCache*, std::uint64_t>> largest_cache(const Session& session,
                                                                        const SlabAllocator& all) {
    std::optional<std::pair<const SlabCache*, std::uint64_t>> most;
    for (const SlabCache& cache : all.caches()) {
        const std::uint64_t kb =
            all.use(cache).slabs * cache.pages_per_slab * session.facts().page_size / 1024;
        if (!most || kb > most->second) most = {&cache, kb};
    }
    return most;
}

// Functions of mm/ that hand memory out, by the beginning of their names.
constexpr std::array<std::string_view, 25> kAllocators{"alloc_pages",
                                                       "__alloc_pages",
                                                       "alloc_frozen_pages",
                                                       "__alloc_frozen_pages",
                                                       "get_free_pages",
                                                       "__get_free_pages",
                                                       "get_zeroed_page",
                                                       "alloc_slab_page",
                                                       "allocate_slab",
                                                       "new_slab",
                                                       "___slab_alloc",
                                                       "__slab_alloc",
                                                       "slab_alloc",
                                                       "kmem_cache_alloc",
                                                       "__kmem_cache_alloc",
                                                       "refill_objects",
                                                       "refill_sheaf",
                                                       "__pcs_replace_empty",
                                                       "alloc_from_pcs",
                                                       "alloc_full_sheaf",
                                                       "kmalloc",
                                                       "__kmalloc",
                                                       "__do_kmalloc",
                                                       "__vmalloc",
                                                       "vmalloc"};
bool is_allocator(std::string_view name) {
    return name == "vzalloc" || name == "kvmalloc_node" || name == "__kvmalloc_node_noprof" ||
           std::ranges::any_of(kAllocators, [&](std::string_view known) { return name.starts_with(known); });
}

// Whose allocation found no memory; and whether it was of that slab cache (0: of none), which shows that it
// is one of those that fill it.
std::optional<std::size_t> who_asked(const Scene& scene, std::uint64_t cache) {
    auto killer = find_frame(scene, kKillers, 16);
    if (!killer) return std::nullopt;
    bool of_cache = cache == 0, allocated = false;
    for (std::size_t i = *killer + 1; i < scene.frames.frames().size(); ++i) {
        const std::string name = function_of(scene, i);
        if (name.empty()) return std::nullopt;
        if (!is_allocator(name)) {
            // Any part of the kernel asks for a page now and then, for a page fault or a file's contents.
            const dataflow::ActiveFrame& frame = scene.frames.frames()[i];
            const bool own = cache != 0 || !scene.input.code.describe(frame.ip, frame.exact).module.empty();
            return allocated && of_cache && own ? std::optional(i) : std::nullopt;
        }
        allocated = true;
        for (std::size_t number = 1; cache && number <= 2; ++number)
            if (auto given = scene.frames.argument(i, number)) of_cache = of_cache || given->value == cache;
    }
    return std::nullopt;
}

struct Caller {
    CodeRef place;
    std::uint64_t kb = 0;
};
// Who asked for most of the vmalloc space: each area keeps its caller.
std::optional<Caller> largest_caller(Scene& scene) {
    std::map<std::uint64_t, std::uint64_t> pages;
    for (const VmallocArea& area : read_vmalloc(scene.input.session).areas)
        if (area.caller && area.pages) pages[area.caller] += area.pages;
    auto most = std::ranges::max_element(pages, {}, [](const auto& entry) { return entry.second; });
    if (most == pages.end()) return std::nullopt;
    return Caller{scene.input.code.describe(most->first, false),
                  most->second * scene.input.session.facts().page_size / 1024};
}

bool judge(Scene& scene) {
    const bool told = scene.event.kind == Kind::oom_panic || scene.event.kind == Kind::oom_kill;
    if (!told && !find_frame(scene, kKillers, 16)) return false;
    Session& session = scene.input.session;
    const MemoryState memory = memory_state(session);
    const std::uint64_t total = memory.kb("MemTotal");
    if (total == 0 || memory.parts.empty()) return false;
    const MemoryPart& most = memory.parts.front();
    const std::uint64_t share = most.kb * 100 / total;
    Verdict& verdict = scene.event.verdict;
    const bool slab = most.name == "slab caches, not reclaimable",
               nobody = most.name.starts_with("not accounted"), vmalloc = most.name.starts_with("vmalloc");
    if (share >= kLeakShare && vmalloc) {
        auto caller = largest_caller(scene);
        if (caller && !caller->place.symbol.empty() && caller->kb * 2 >= most.kb) {
            conclude(
                scene,
                fmt::format(
                    "memory ran out: {} of {} are held by vmalloc() areas of {}, which the kernel cannot "
                    "reclaim",
                    megabytes(caller->kb), megabytes(total),
                    with_module(caller->place.symbol, caller->place.module)),
                Cause::memory_leak, 0.75);
            verdict.object = {};
            verdict.suspect = {caller->place.module, bare_function(caller->place.symbol)};
            verdict.evidence.push_back(
                {fmt::format("{}: {}, {}% of all memory", most.name, megabytes(most.kb), share),
                 "memory of the dump"});
            return true;
        }
    }
    if (share >= kLeakShare && (slab || nobody)) {
        std::uint64_t cache = 0;
        std::string holder = "pages that the kernel or a driver took for itself";
        verdict.suspect = {};
        verdict.object = {};
        if (slab) {
            auto all = SlabAllocator::find(session);
            auto largest = all ? largest_cache(session, *all) : std::nullopt;
            if (!largest || largest->second * 2 < most.kb) return false;
            holder = fmt::format("slab cache {} ({})", largest->first->name, megabytes(largest->second));
            verdict.object.cache = largest->first->name;
            cache = largest->first->address;
            verdict.object.state = "allocated";
        }
        conclude(scene,
                 fmt::format("memory ran out: {} of {} are held by {}, which the kernel cannot reclaim",
                             megabytes(most.kb), megabytes(total), holder),
                 Cause::memory_leak, slab ? 0.7 : 0.65);
        verdict.evidence.push_back(
            {fmt::format("{}: {}, {}% of all memory", most.name, megabytes(most.kb), share),
             "memory of the dump"});
        // Of pages there is nothing that tells whose they are but that a task asked for more of them.
        if (auto asked = who_asked(scene, cache)) {
            suspect_frame(scene, *asked);
            verdict.evidence.push_back(
                {fmt::format("the allocation that found none was of {}, by {}", slab ? "that cache" : "pages",
                             function_of(scene, *asked)),
                 "call trace"});
        }
        return true;
    }
    if (told) return false;  // the log says enough
    conclude(scene,
             fmt::format("memory ran out; most of it, {} of {}, is {}", megabytes(most.kb), megabytes(total),
                         most.name),
             Cause::memory_exhaustion, 0.85);
    verdict.suspect = {};
    return true;
}

}  // namespace

extern const Judge plugin_judges_07_out_of_memory;
const Judge plugin_judges_07_out_of_memory{"out-of-memory", judge};

}  // namespace inquest
