#include <algorithm>
#include <fmt/format.h>
#include <span>

#include "base/text.h"
#include "inspect/kmem.h"
#include "kernel/subsystems/zone.h"

namespace inquest {
namespace {

Json::Array numbers(std::span<const std::uint64_t> values) {
    Json::Array array;
    for (std::uint64_t value : values) array.emplace_back(value);
    return array;
}

Json counters_json(std::span<const Counter> counters) {
    Json object(Json::Object{});
    for (const Counter& counter : counters) object.set(counter.name, counter.exact);
    return object;
}

Json zone_json(const ZoneView& zone) {
    Json one;
    one.set("node", zone.node);
    one.set("name", zone.name);
    one.set("address", hex(zone.address));
    one.set("free", zone.free());
    one.set("boost", zone.boost);
    one.set("min", zone.min);
    one.set("low", zone.low);
    one.set("high", zone.high);
    one.set("spanned", zone.spanned);
    one.set("present", zone.present);
    one.set("managed", zone.managed);
    one.set("start_pfn", zone.start_pfn);
    one.set("reserved_highatomic", zone.reserved_highatomic);
    one.set("on_cpu_lists", zone.on_cpu_lists);
    one.set("protection", numbers(zone.protection));
    one.set("free_blocks", numbers(zone.free_blocks));
    Json::Array flags;
    for (const std::string& flag : zone.flags) flags.emplace_back(flag);
    one.set("flags", std::move(flags));
    one.set("counters", counters_json(zone.counters));
    return one;
}

std::string standing(const ZoneView& zone) {
    const std::uint64_t free = zone.free();
    if (free < zone.min) return "below MIN";
    if (free < zone.low) return "below LOW";
    return free < zone.high ? "between LOW and HIGH" : "above HIGH";
}

std::string zone_text(const ZoneView& zone) {
    std::string text = fmt::format("NODE {}  ZONE {:<8} at {:016x}", zone.node,
                                   escape_for_terminal(zone.name), zone.address);
    if (zone.present == 0) return text + "  no memory\n";
    text += fmt::format("  pfn {} + {}\n", zone.start_pfn, zone.spanned);
    text += fmt::format("  free {} pages, {}: min {}, low {}, high {}", zone.free(), standing(zone), zone.min,
                        zone.low, zone.high);
    if (zone.boost) text += fmt::format(" (boosted by {})", zone.boost);
    text += fmt::format("\n  managed {}, present {}, on CPUs' lists {}", zone.managed, zone.present,
                        zone.on_cpu_lists);
    if (zone.reserved_highatomic) text += fmt::format(", kept for atomic {}", zone.reserved_highatomic);
    text += "\n  free blocks by order:";
    for (std::uint64_t count : zone.free_blocks) text += fmt::format(" {}", count);
    text += "\n  protection:";
    for (std::uint64_t pages : zone.protection) text += fmt::format(" {}", pages);
    if (!zone.flags.empty()) text += "\n  flags: " + join(zone.flags, ", ");
    text += "\n";
    for (const Counter& counter : zone.counters)
        if (counter.exact) text += fmt::format("    {:<24} {:>12}\n", counter.name, counter.exact);
    return text;
}

}  // namespace

InspectionAnswer kmem_zones(Workspace& workspace) {
    auto memory = read_memory_nodes(workspace.session());
    InspectionAnswer answer{.text = {}, .json = Json(Json::Object{}), .problems = memory.problems};
    Json::Array zones, nodes;
    for (const NodeView& node : memory.nodes) {
        Json one;
        one.set("node", node.id);
        one.set("address", hex(node.address));
        one.set("kswapd_failures", node.kswapd_failures);
        one.set("counters", counters_json(node.counters));
        nodes.push_back(std::move(one));
        for (const ZoneView& zone : node.zones) {
            answer.text += zone_text(zone) + "\n";
            zones.push_back(zone_json(zone));
        }
    }
    answer.json.set("zones", std::move(zones));
    answer.json.set("nodes", std::move(nodes));
    return answer;
}

}  // namespace inquest
