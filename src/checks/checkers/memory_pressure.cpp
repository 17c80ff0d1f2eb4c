// Whether the machine was short of memory, and who held it. Judged by each zone's own watermarks: what
// Committed_AS says is no shortage unless vm.overcommit_memory is 2, and free pages between LOW and HIGH are
// where they belong.
#include <algorithm>
#include <fmt/format.h>

#include "base/text.h"
#include "checks/memory_holders.h"
#include "kernel/structure.h"

namespace inquest {
namespace {

constexpr std::uint64_t kSmallZone = 20;       // parts of all memory: less is no zone to judge by (DMA)
constexpr std::uint64_t kHardlyAnything = 20;  // reclaimable memory below this part of all
constexpr std::uint64_t kGivenUp = 16;         // MAX_RECLAIM_RETRIES, mm/internal.h

struct Standing {
    std::vector<const ZoneView*> zones;  // those that matter
    std::size_t below_min = 0, below_low = 0;
};

Standing standing_of(const MemoryState& state) {
    std::uint64_t managed = 0;
    for (const NodeView& node : state.nodes.nodes)
        for (const ZoneView& zone : node.zones) managed += zone.managed;
    Standing standing;
    for (const NodeView& node : state.nodes.nodes)
        for (const ZoneView& zone : node.zones) {
            if (zone.managed == 0 || zone.managed * kSmallZone < managed) continue;
            standing.zones.push_back(&zone);
            standing.below_min += zone.free() < zone.min;
            standing.below_low += zone.free() < zone.low;
        }
    return standing;
}

bool about_memory(const CrashEvent* event) {
    return event && (event->kind == Kind::oom_kill || event->kind == Kind::oom_panic ||
                     event->kind == Kind::page_allocation_failure);
}

std::string zone_line(const ZoneView& zone) {
    std::string text = fmt::format("node {} zone {}: {} pages free, MIN {}, LOW {}, HIGH {}", zone.node,
                                   zone.name, zone.free(), zone.min, zone.low, zone.high);
    if (zone.boost) text += fmt::format(" (boosted by {})", zone.boost);
    return text;
}

// Of the blocks that an allocation of that order could take.
std::string order_line(const ZoneView& zone, std::uint64_t order) {
    std::uint64_t blocks = 0;
    for (std::size_t i = order; i < zone.free_blocks.size(); ++i) blocks += zone.free_blocks[i];
    return fmt::format("node {} zone {}: {} free blocks of order {} or more", zone.node, zone.name, blocks,
                       order);
}

// Allocations that may not wait failed while there was memory that those who may wait would have got.
void advise_reserve(CheckContext& context, const CrashEvent* event, const Standing& standing,
                    const MemoryState& state, std::uint64_t reclaimable, Finding& finding) {
    constexpr std::uint64_t kEnough = 10, kMostReserve = 20;  // parts of all memory
    const std::uint64_t total = state.kb("MemTotal");
    auto reserve = read_global(context.session, "min_free_kbytes", 4);
    if (!event || event->kind != Kind::page_allocation_failure || standing.below_min == 0 || !reserve ||
        *reserve == 0 || reclaimable * kEnough < total || *reserve * 2 > total / kMostReserve)
        return;
    finding.evidence.push_back({fmt::format("vm.min_free_kbytes = {}", *reserve), "min_free_kbytes"});
    finding.advice.push_back(
        fmt::format("sysctl -w vm.min_free_kbytes={}  # twice of now, for allocations that cannot wait; "
                    "programs have {} less",
                    *reserve * 2, megabytes(*reserve)));
}

void find_pressure(CheckContext& context, CheckResult& result) {
    MemoryState state = memory_state(context.session);
    Standing standing = standing_of(state);
    const CrashEvent* event = context.report.primary();
    if (standing.zones.empty()) {
        result.limits.emplace_back("the zones of memory could not be read");
        return;
    }
    const std::uint64_t total = state.kb("MemTotal");
    std::uint64_t reclaimable = state.kb("SReclaimable");
    reclaimable += state.kb("Active(file)") + state.kb("Inactive(file)");
    const bool nothing_left = reclaimable * kHardlyAnything < total;
    const bool all_low = standing.below_low == standing.zones.size();
    const bool is_short = standing.below_min > 0 || (all_low && nothing_left);
    if (!is_short && !about_memory(event)) return;

    Finding finding{.id = "memory-pressure", .title = {}, .confidence = 0.85, .statement = {}};
    if (standing.below_min > 0) {
        finding.title = "Free memory was below the MIN watermark";
        finding.statement = "Ordinary allocations fail or wait there until something is given back. ";
    } else if (is_short) {
        finding.title = "Free memory was below LOW, and hardly anything could be reclaimed";
        finding.confidence = 0.7;
        finding.statement = "kswapd had nothing left to free. ";
    } else {
        finding.title = all_low ? "Free memory was below LOW at the crash, with memory to reclaim"
                                : "At the crash memory was not short";
        finding.confidence = 0.7;
        finding.statement =
            "What the event tells of was over by then, or was of large blocks, or of a group. ";
    }
    finding.statement += fmt::format("{} of {} could be reclaimed (page cache of files and slab caches). ",
                                     megabytes(reclaimable), megabytes(total));
    if (state.swap.problems.empty() && state.swap.total == 0)
        finding.statement += "There was no swap: anonymous and shared memory cannot leave.";
    else if (state.swap.problems.empty())
        finding.statement += fmt::format("Of {} of swap {} were free.", megabytes(state.kb("SwapTotal")),
                                         megabytes(state.kb("SwapFree")));
    for (const ZoneView* zone : standing.zones) finding.evidence.push_back({zone_line(*zone), "struct zone"});
    for (const NodeView& node : state.nodes.nodes)
        if (node.kswapd_failures >= kGivenUp)
            finding.evidence.push_back({fmt::format("kswapd gave up node {} after {} runs that freed nothing",
                                                    node.id, node.kswapd_failures),
                                        "pglist_data.kswapd_failures"});
    auto order = event ? parse_dec(event->fact("order")) : std::nullopt;
    if (order && *order > 0)
        for (const ZoneView* zone : standing.zones)
            finding.evidence.push_back({order_line(*zone, *order), "zone.free_area"});
    add_holders(context, state, finding);
    advise_reserve(context, event, standing, state, reclaimable, finding);
    if (about_memory(event)) finding.events = {event->id};
    result.findings.push_back(std::move(finding));
    std::ranges::copy(state.use.problems, std::back_inserter(result.limits));
}

constexpr std::string_view kMembers[] = {"zone._watermark", "pglist_data.node_zones"};

}  // namespace

extern const Checker plugin_checkers_memory_pressure;
const Checker plugin_checkers_memory_pressure{
    .id = "memory-pressure",
    .question = "was memory short, and who held it",
    .needs = {.members = kMembers},
    .run = find_pressure,
};

}  // namespace inquest
