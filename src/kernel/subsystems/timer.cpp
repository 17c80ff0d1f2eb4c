#include "kernel/subsystems/timer.h"

#include <algorithm>

#include "kernel/percpu.h"

namespace inquest {
namespace {

constexpr std::uint64_t kMostBases = 3, kMostVectors = 1024, kMostClocks = 16;

std::uint64_t elements(Objects& objects, std::string_view structure, std::string_view member,
                       std::uint64_t most) {
    const Types* types = objects.session().types();
    auto id = types ? types->find_struct(structure) : std::nullopt;
    auto place = id ? types->member(*id, member) : std::nullopt;
    return place ? std::min<std::uint64_t>(types->type(types->resolve(place->type)).count, most) : 0;
}

}  // namespace

std::vector<TimerView> wheel_timers(Objects& objects) {
    std::vector<TimerView> timers;
    const std::uint64_t size = objects.size_of("timer_base"),
                        vectors = elements(objects, "timer_base", "vectors", kMostVectors);
    // timer_bases[NR_BASES]: two, since 6.9 three (global ones of their own); the symbol's room tells.
    auto symbols = objects.session().symbols().named("timer_bases");
    if (symbols.empty() || size == 0) return timers;
    const std::uint64_t bases = std::min(symbols.front().size / size, kMostBases);
    const auto offsets = per_cpu_offsets(objects.session());
    for (unsigned cpu = 0; cpu < offsets.size(); ++cpu)
        for (std::uint64_t i = 0; i < bases; ++i) {
            Object base = objects.at("timer_base", symbols.front().address + offsets[cpu] + i * size);
            auto heads = base.address_of("vectors");
            for (std::uint64_t v = 0; heads && v < vectors; ++v) {
                auto pending = base.get("pending_map", v / 64);
                if (!pending || !(*pending >> v % 64 & 1)) continue;
                for (const Object& timer : objects.hlist(*heads + v * 8, "timer_list", "entry"))
                    timers.push_back({cpu, std::nullopt, timer.address(), timer.get("expires").value_or(0),
                                      timer.get("function").value_or(0)});
            }
        }
    std::ranges::stable_sort(timers, {},
                             [](const TimerView& timer) { return std::pair(timer.cpu, timer.expires); });
    return timers;
}

std::vector<TimerView> high_resolution_timers(Objects& objects) {
    std::vector<TimerView> timers;
    const std::uint64_t clocks = elements(objects, "hrtimer_cpu_base", "clock_base", kMostClocks);
    const auto bases = per_cpu_addresses(objects.session(), "hrtimer_bases");
    for (unsigned cpu = 0; cpu < bases.size(); ++cpu)
        for (unsigned clock = 0; clock < clocks; ++clock) {
            // A tree whose root and nodes come first in `active` and in `node`, cached or (since 7.1) linked.
            auto root =
                objects.at("hrtimer_cpu_base", bases[cpu]).in("clock_base", clock).address_of("active");
            if (!root) continue;
            for (const Object& timer : objects.tree(*root, "hrtimer", "node"))
                timers.push_back({cpu, clock, timer.address(), timer.get("node.expires").value_or(0),
                                  timer.get("function").value_or(0)});
        }
    return timers;
}

}  // namespace inquest
