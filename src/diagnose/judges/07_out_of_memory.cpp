// Memory ran out: whether one holder that never gives it back has it.
#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "base/text.h"
#include "checks/memory_holders.h"
#include "diagnose/scene.h"
#include "kernel/subsystems/slab.h"

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
               nobody = most.name.starts_with("not accounted");
    if (share >= kLeakShare && (slab || nobody)) {
        std::string holder = "pages that the kernel or a driver took for itself";
        verdict.suspect = {};
        verdict.object = {};
        if (slab) {
            auto all = SlabAllocator::find(session);
            auto largest = all ? largest_cache(session, *all) : std::nullopt;
            if (!largest || largest->second * 2 < most.kb) return false;
            holder = fmt::format("slab cache {} ({})", largest->first->name, megabytes(largest->second));
            verdict.object.cache = largest->first->name;
            verdict.object.state = "allocated";
        }
        conclude(scene,
                 fmt::format("memory ran out: {} of {} are held by {}, which the kernel cannot reclaim",
                             megabytes(most.kb), megabytes(total), holder),
                 Cause::memory_leak, slab ? 0.7 : 0.65);
        verdict.evidence.push_back(
            {fmt::format("{}: {}, {}% of all memory", most.name, megabytes(most.kb), share),
             "memory of the dump"});
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
