#include "kernel/subsystems/clock.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "base/text.h"
#include "kernel/percpu.h"

namespace inquest {
namespace {

constexpr std::int64_t kSecond = 1000000000;
constexpr std::int64_t kYear2000 = 946684800, kYear2200 = 7258118400;
constexpr std::int64_t kMostDifference = 10;  // seconds between the last tick and the writing of CRASHTIME

// Where struct timekeeper lies in tk_core, whose own type BTF does not name: behind a sequence counter, whose
// size depends on lock debugging.
constexpr std::uint64_t kFurthest = 256;

// Values of CONFIG_HZ that kernel/Kconfig.hz and the architectures offer.
constexpr std::array<unsigned, 10> kUsualTicks{24, 32, 48, 64, 100, 128, 250, 300, 1000, 1024};

// The members of struct timekeeper that are read.
struct Timekeeper {
    std::int64_t seconds;    // of the wall clock
    std::int64_t monotonic;  // seconds
    std::int64_t real;       // from the monotonic clock to the wall clock, ns
    std::int64_t suspended;  // ns
};

Result<Timekeeper> timekeeper(Session& session) {
    const Types* types = session.types();
    auto seconds_at = types ? types->offset_of("timekeeper", "xtime_sec") : std::nullopt,
         real_at = types ? types->offset_of("timekeeper", "offs_real") : std::nullopt,
         monotonic_at = types ? types->offset_of("timekeeper", "ktime_sec") : std::nullopt,
         boot_at = types ? types->offset_of("timekeeper", "offs_boot") : std::nullopt;
    if (!seconds_at || !real_at || !monotonic_at)
        return fail("the dump's types do not hold the kernel's timekeeper");
    auto core = session.symbols().address_of("tk_core");
    if (!core) core = session.symbols().address_of("timekeeper_data");  // since 6.17
    if (!core) return fail("the kernel's symbols do not tell where its timekeeper is");
    auto crash_time = parse_dec(session.info().value("CRASHTIME"));
    for (std::uint64_t offset = 0; offset <= kFurthest; offset += 8) {
        auto seconds = session.read_as<std::int64_t>(*core + offset + *seconds_at),
             real = session.read_as<std::int64_t>(*core + offset + *real_at),
             monotonic = session.read_as<std::int64_t>(*core + offset + *monotonic_at);
        if (!seconds || !real || !monotonic || *seconds < kYear2000 || *seconds > kYear2200) continue;
        // The time of day is the monotonic clock plus what lies between the two.
        if (std::abs(*monotonic + *real / kSecond - *seconds) > 2) continue;
        if (crash_time && std::abs(*seconds - static_cast<std::int64_t>(*crash_time)) > kMostDifference)
            continue;
        auto suspended = boot_at ? session.read_as<std::int64_t>(*core + offset + *boot_at) : std::nullopt;
        return Timekeeper{*seconds, *monotonic, *real, suspended.value_or(0)};
    }
    return fail("the kernel's timekeeper is not where it is looked for, or not in the dump");
}

}  // namespace

Result<std::int64_t> wall_clock_of_boot(Session& session) {
    auto keeper = timekeeper(session);
    if (!keeper) return std::unexpected(std::move(keeper.error()));
    return keeper->real;
}

Result<Clocks> clocks_at_crash(Session& session) {
    auto keeper = timekeeper(session);
    if (!keeper) return std::unexpected(std::move(keeper.error()));
    return Clocks{keeper->seconds, keeper->monotonic + keeper->suspended / kSecond};
}

std::optional<unsigned> ticks_per_second(Session& session) {
    const Types* types = session.types();
    auto clock_at = types ? types->offset_of("rq", "clock") : std::nullopt;
    auto jiffies = session.symbols().address_of("jiffies");
    auto ticks = jiffies ? session.read_pointer(*jiffies) : std::nullopt;
    if (!clock_at || !ticks) return std::nullopt;
    std::int64_t uptime = 0;  // of the CPU that ticked last
    for (std::uint64_t rq : per_cpu_addresses(session, "runqueues"))
        uptime = std::max(uptime, session.read_as<std::int64_t>(rq + *clock_at).value_or(0) / kSecond);
    std::optional<unsigned> best;
    std::int64_t least = uptime / 20 + 10;  // seconds that the two may differ by
    for (unsigned hz : kUsualTicks) {
        // INITIAL_JIFFIES: five minutes before 32 bits are full.
        const std::int64_t since =
            static_cast<std::int64_t>(*ticks) - (std::int64_t{1} << 32) + 300 * std::int64_t{hz};
        const std::int64_t difference = std::abs(since / hz - uptime);
        if (difference < least) {
            least = difference;
            best = hz;
        }
    }
    return best;
}

}  // namespace inquest
