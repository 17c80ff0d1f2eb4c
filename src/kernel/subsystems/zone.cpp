#include "kernel/subsystems/zone.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <optional>

#include "base/text.h"
#include "kernel/exported.h"
#include "kernel/percpu.h"
#include "kernel/structure.h"

namespace inquest {
namespace {

constexpr std::uint64_t kMostNodes = 1024;  // the largest MAX_NUMNODES
constexpr std::uint32_t kMostZones = 8, kMostOrders = 64;

std::vector<std::uint64_t> node_addresses(Session& session) {
    std::vector<std::uint64_t> nodes;
    if (auto table = find_exported(session, "node_data")) {
        auto listed = session.symbols().named("node_data");
        std::uint64_t count =
            listed.empty() ? session.info().length("node_data").value_or(0) : listed[0].size / 8;
        // Without a length: the nodes that there may be, and one at least.
        if (count == 0)
            if (auto most = find_exported(session, "nr_node_ids"))
                count = session.read_as<std::uint32_t>(*most).value_or(1);
        if (count == 0) count = 1;
        for (std::uint64_t i = 0; i < std::min(count, kMostNodes); ++i)
            if (auto node = session.read_pointer(*table + i * 8); node && *node) nodes.push_back(*node);
    } else if (auto only = find_exported(session, "contig_page_data")) {
        nodes.push_back(*only);
    }
    return nodes;
}

void add_up(std::vector<Counter>& sum, const std::vector<Counter>& part) {
    if (sum.size() < part.size()) sum.resize(part.size());
    for (std::size_t i = 0; i < part.size(); ++i) {
        sum[i].name = part[i].name;
        sum[i].enumerator = part[i].enumerator;
        sum[i].exact += part[i].exact;
        sum[i].printed += part[i].printed;
    }
}

class Reader {
  public:
    explicit Reader(Session& session)
        : session_(session),
          names_(session),
          node_(session, "pglist_data"),
          zone_(session, "zone"),
          area_(session, "free_area"),
          pageset_(session, "per_cpu_pageset"),
          zonestat_(session, "per_cpu_zonestat"),
          nodestat_(session, "per_cpu_nodestat"),
          pages_(session, "per_cpu_pages"),
          cpus_(per_cpu_offsets(session)) {}

    MemoryNodes read() {
        MemoryNodes found;
        auto nodes = node_addresses(session_);
        if (!zone_.known() || !node_.known()) {
            found.problems.emplace_back("the dump holds no types of memory nodes and zones");
            return found;
        }
        if (nodes.empty()) {
            found.problems.emplace_back(
                "the memory nodes cannot be found (no symbol node_data or contig_page_data): no zones, and "
                "totals without what each CPU has yet to hand in");
            totals("vm_zone_stat", names_.zone, found.zone_counters);
            totals("vm_node_stat", names_.node, found.node_counters);
            return found;
        }
        for (std::uint64_t address : nodes) {
            found.nodes.push_back(node(address));
            add_up(found.node_counters, found.nodes.back().counters);
            for (const ZoneView& zone : found.nodes.back().zones) {
                add_up(found.zone_counters, zone.counters);
                add_up(found.numa_counters, zone.numa);
            }
        }
        if (unread_)
            found.problems.push_back(
                fmt::format("{} counters of zones and nodes are not in the dump", unread_));
        return found;
    }

  private:
    std::uint64_t count(const Structure& structure, std::uint64_t address, std::string_view member) {
        if (!structure.has(member)) return 0;
        auto value = structure.get(address, member);
        if (!value) ++unread_;
        return value.value_or(0);
    }

    // The sums that the kernel keeps of all zones and nodes, which it exports.
    void totals(std::string_view symbol, const std::vector<Counter>& names, std::vector<Counter>& counters) {
        auto address = find_exported(session_, symbol);
        counters = names;
        if (!address || !read_shared(session_, *address, counters)) counters.clear();
    }

    NodeView node(std::uint64_t address) {
        NodeView view;
        view.address = address;
        view.id = static_cast<int>(count(node_, address, "node_id"));
        view.start_pfn = count(node_, address, "node_start_pfn");
        view.spanned = count(node_, address, "node_spanned_pages");
        view.present = count(node_, address, "node_present_pages");
        view.kswapd_failures = count(node_, address, "kswapd_failures");
        view.counters = names_.node;
        shared(node_, address, "vm_stat", view.counters);
        if (auto per_cpu = node_.get(address, "per_cpu_nodestats"))
            differences(*per_cpu + nodestat_.offset("vm_node_stat_diff").value_or(0), 1, view.counters);
        const std::uint64_t zones = std::min(node_.elements("node_zones"), kMostZones);
        const std::uint64_t first = address + node_.offset("node_zones").value_or(0);
        for (std::uint64_t i = 0; i < zones; ++i)
            view.zones.push_back(zone(first + i * zone_.size(), view.id));
        return view;
    }

    ZoneView zone(std::uint64_t address, int node) {
        ZoneView view;
        view.address = address;
        view.node = node;
        if (auto name = zone_.get(address, "name"); name && *name)
            view.name = session_.read_string(*name, 32);
        const std::uint64_t marks = address + zone_.offset("_watermark").value_or(0);
        view.boost = count(zone_, address, "watermark_boost");
        if (auto values = session_.read_as<std::array<std::uint64_t, 3>>(marks)) {
            view.min = (*values)[0] + view.boost;
            view.low = (*values)[1] + view.boost;
            view.high = (*values)[2] + view.boost;
        } else {
            ++unread_;
        }
        view.start_pfn = count(zone_, address, "zone_start_pfn");
        view.spanned = count(zone_, address, "spanned_pages");
        view.present = count(zone_, address, "present_pages");
        view.managed = count(zone_, address, "managed_pages");
        view.reserved_highatomic = count(zone_, address, "nr_reserved_highatomic");
        const std::uint64_t reserve = address + zone_.offset("lowmem_reserve").value_or(0);
        for (std::uint64_t i = 0; i < std::min(zone_.elements("lowmem_reserve"), kMostZones); ++i)
            view.protection.push_back(session_.read_pointer(reserve + i * 8).value_or(0));
        const std::uint64_t areas = address + zone_.offset("free_area").value_or(0);
        for (std::uint64_t order = 0; order < std::min(zone_.elements("free_area"), kMostOrders); ++order)
            view.free_blocks.push_back(count(area_, areas + order * area_.size(), "nr_free"));
        flags(address, view);
        view.counters = names_.zone;
        shared(zone_, address, "vm_stat", view.counters);
        view.numa = names_.numa;
        per_cpu(address, view);
        return view;
    }

    // Since 5.14 (28f836b6777b) a zone has its pages and its statistics per CPU apart; before, in a pageset.
    // A zone without pages shares the one of early boot, which is nobody's.
    void per_cpu(std::uint64_t address, ZoneView& view) {
        if (view.present == 0) return;
        const bool apart = zone_.has("per_cpu_zonestats");
        const Structure& layout = apart ? zonestat_ : pageset_;
        auto stats = zone_.get(address, apart ? "per_cpu_zonestats" : "pageset");
        auto lists = apart ? zone_.get(address, "per_cpu_pageset") : stats;
        if (stats) differences(*stats + layout.offset("vm_stat_diff").value_or(0), 1, view.counters);
        if (!view.numa.empty()) {
            shared(zone_, address, apart ? "vm_numa_event" : "vm_numa_stat", view.numa);
            std::string_view member = apart ? "vm_numa_event" : "vm_numa_stat_diff";
            if (stats)
                differences(*stats + layout.offset(member).value_or(0), apart ? 8 : 2, view.numa, false);
        }
        const std::uint64_t pages = apart ? 0 : pageset_.offset("pcp").value_or(0);
        if (lists)
            for (std::uint64_t cpu : cpus_) view.on_cpu_lists += count(pages_, *lists + pages + cpu, "count");
    }

    void flags(std::uint64_t address, ZoneView& view) {
        const Types* types = session_.types();
        auto id = types->find("zone_flags", TypeKind::enumeration);
        auto value = zone_.get(address, "flags");
        if (!id || !value) return;
        for (auto [name, bit] : types->enumerators(*id))
            if (bit >= 0 && bit < 64 && (*value >> bit & 1) && name.starts_with("ZONE_"))
                view.flags.emplace_back(name.substr(5));
    }

    void shared(const Structure& structure, std::uint64_t address, std::string_view member,
                std::vector<Counter>& counters) {
        auto offset = structure.offset(member);
        // The array has as many elements as the kernel has counters; an enum that BTF tells otherwise is not
        // this one.
        if (structure.elements(member) < counters.size()) counters.resize(structure.elements(member));
        if (!offset || !read_shared(session_, address + *offset, counters)) ++unread_;
    }

    void differences(std::uint64_t address, std::uint64_t element_size, std::vector<Counter>& counters,
                     bool is_signed = true) {
        unread_ += add_differences(session_, {address, element_size, is_signed}, cpus_, counters);
    }

    Session& session_;
    CounterNames names_;
    Structure node_, zone_, area_, pageset_, zonestat_, nodestat_, pages_;
    std::vector<std::uint64_t> cpus_;
    std::size_t unread_ = 0;
};

}  // namespace

MemoryNodes read_memory_nodes(Session& session) { return Reader(session).read(); }

}  // namespace inquest
