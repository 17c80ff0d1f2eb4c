#include "kernel/subsystems/vmstat.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "base/text.h"
#include "kernel/exported.h"
#include "kernel/percpu.h"
#include "kernel/structure.h"

namespace inquest {
namespace {

constexpr std::size_t kMostNames = 4096;  // of vmstat_text; there are some 200

// The enumerators by value, up to the one that counts them. Where two share a value the first one names a
// range ("NR_LRU_BASE"), the second its member.
std::vector<Counter> enumerators(Session& session, std::string_view enumeration) {
    std::vector<Counter> counters;
    const Types* types = session.types();
    auto id = types ? types->find(enumeration, TypeKind::enumeration) : std::nullopt;
    if (!id) return counters;
    for (auto [name, value] : types->enumerators(*id)) {
        if (name.starts_with("NR_VM_") && name.ends_with("_ITEMS")) break;
        const auto index = static_cast<std::uint64_t>(value);
        if (index > counters.size() || index >= kMostNames) break;
        if (index == counters.size()) counters.emplace_back();
        counters[index].enumerator = name;
        counters[index].name = to_lower(name);
    }
    return counters;
}

std::vector<std::string> kernel_names(Session& session) {
    std::vector<std::string> names;
    auto symbols = session.symbols().named("vmstat_text");
    if (symbols.size() != 1) return names;
    const std::size_t count = std::min<std::size_t>(symbols[0].size / 8, kMostNames);
    for (std::size_t i = 0; i < count; ++i) {
        auto text = session.read_pointer(symbols[0].address + i * 8);
        names.push_back(text && *text ? session.read_string(*text, 64) : "");
    }
    return names;
}

// Gives the counters the names that follow `first` in the kernel's table, where that stands.
void take_names(const std::vector<std::string>& names, std::string_view first,
                std::vector<Counter>& counters) {
    auto from = std::ranges::find(names, first);
    for (Counter& counter : counters) {
        if (from == names.end()) return;
        if (!from->empty()) counter.name = *from;
        ++from;
    }
}

}  // namespace

const Counter* find_counter(std::span<const Counter> counters, std::string_view enumerator) {
    auto found = std::ranges::find(counters, enumerator, &Counter::enumerator);
    return found == counters.end() ? nullptr : &*found;
}

std::uint64_t printed(std::span<const Counter> counters, std::string_view enumerator) {
    const Counter* counter = find_counter(counters, enumerator);
    return counter ? counter->printed : 0;
}

CounterNames::CounterNames(Session& session)
    : zone(enumerators(session, "zone_stat_item")),
      numa(enumerators(session, "numa_stat_item")),
      node(enumerators(session, "node_stat_item")),
      events(enumerators(session, "vm_event_item")) {
    auto names = kernel_names(session);
    take_names(names, "nr_free_pages", zone);
    take_names(names, "numa_hit", numa);
    take_names(names, "nr_inactive_anon", node);
    take_names(names, "pgpgin", events);
}

bool read_shared(const Session& session, std::uint64_t address, std::span<Counter> counters) {
    std::vector<std::int64_t> values(counters.size());
    if (session.read(address, {reinterpret_cast<std::uint8_t*>(values.data()), values.size() * 8}) !=
        ReadOutcome::present)
        return false;
    for (std::size_t i = 0; i < counters.size(); ++i) {
        counters[i].exact = values[i];
        counters[i].printed = static_cast<std::uint64_t>(std::max<std::int64_t>(values[i], 0));
    }
    return true;
}

std::size_t add_differences(const Session& session, const PerCpuArray& array,
                            std::span<const std::uint64_t> cpu_offsets, std::span<Counter> counters) {
    std::size_t missing = 0;
    std::vector<std::uint8_t> bytes(counters.size() * array.element_size);
    for (std::uint64_t offset : cpu_offsets) {
        if (session.read(array.address + offset, bytes) != ReadOutcome::present) {
            ++missing;
            continue;
        }
        for (std::size_t i = 0; i < counters.size(); ++i) {
            std::uint64_t value = 0;
            for (std::size_t byte = 0; byte < array.element_size; ++byte)
                value |= std::uint64_t{bytes[i * array.element_size + byte]} << (8 * byte);
            const auto unused = static_cast<unsigned>(64 - 8 * array.element_size);
            counters[i].exact += array.is_signed ? static_cast<std::int64_t>(value << unused) >> unused
                                                 : static_cast<std::int64_t>(value);
        }
    }
    return missing;
}

std::vector<Counter> read_vm_events(Session& session, std::vector<std::string>& problems) {
    auto counters = std::move(CounterNames(session).events);
    auto variable = find_exported(session, "vm_event_states");
    auto cpus = per_cpu_offsets(session);
    if (!variable || cpus.empty() || counters.empty()) {
        problems.emplace_back("the event counters cannot be found: no symbol vm_event_states, or no types");
        return {};
    }
    std::size_t missing = add_differences(session, {*variable, 8, true}, cpus, counters);
    for (Counter& counter : counters) counter.printed = static_cast<std::uint64_t>(counter.exact);
    if (missing)
        problems.push_back(fmt::format("the event counters of {} CPUs are not in the dump", missing));
    return counters;
}

}  // namespace inquest
