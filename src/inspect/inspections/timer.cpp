#include "kernel/subsystems/timer.h"

#include <fmt/format.h>

#include "base/text.h"
#include "inspect/inspection.h"
#include "kernel/subsystems/clock.h"

namespace inquest {
namespace {

Json json_of(Workspace& workspace, const TimerView& timer) {
    Json one;
    one.set("cpu", timer.cpu);
    one.set("clock", timer.clock ? Json(*timer.clock) : Json());
    one.set("address", hex(timer.address));
    one.set("expires", timer.expires);
    one.set("function", workspace.symbol_text(timer.function));
    return one;
}

// How far off it was: "+1.250 s", "-0.004 s" where it is due.
std::string distance(std::uint64_t expires, std::optional<std::uint64_t> now, std::optional<unsigned> hz) {
    if (!now || !hz) return "";
    return fmt::format("{:+.3f} s", static_cast<double>(static_cast<std::int64_t>(expires - *now)) / *hz);
}

Result<InspectionAnswer> run(Workspace& workspace, std::span<const std::string> arguments) {
    auto options = Options::parse("timer", "r", arguments);
    if (!options) return std::unexpected(std::move(options.error()));
    if (!options->words().empty()) return fail("timer takes no words");
    Session& session = workspace.session();
    Objects objects(session);
    const bool fine = options->has('r');
    auto timers = fine ? high_resolution_timers(objects) : wheel_timers(objects);
    if (timers.empty())
        return cannot_tell("the kernel's symbols do not tell where its timers are, or there are none");
    auto jiffies = session.symbols().address_of("jiffies");
    auto now = jiffies && !fine ? session.read_pointer(*jiffies) : std::nullopt;
    auto hz = ticks_per_second(session);
    InspectionAnswer answer;
    if (now) answer.text = fmt::format("JIFFIES {}\n", *now);
    answer.text += fmt::format("CPU {} {:16}  {:>20} {:>12}  FUNCTION\n", fine ? "CLOCK" : "", "TIMER",
                               "EXPIRES", fine ? "" : "IN");
    Json::Array all;
    for (const TimerView& timer : timers) {
        answer.text +=
            fmt::format("{:>3} {} {:016x}  {:>20} {:>12}  {}\n", timer.cpu,
                        timer.clock ? fmt::format("{:>5}", *timer.clock) : "", timer.address, timer.expires,
                        fine ? "" : distance(timer.expires, now, hz), workspace.symbol_text(timer.function));
        all.push_back(json_of(workspace, timer));
    }
    answer.json.set("jiffies", now ? Json(*now) : Json());
    answer.json.set("timers", std::move(all));
    answer.problems = objects.problems();
    return answer;
}

}  // namespace

extern const Inspection plugin_inspections_timer;
const Inspection plugin_inspections_timer{
    "timer", "[-r]", "timers that were to go off, by CPU",
    "Timers of the wheel with the jiffies at which they expire and the function that is called then.\n"
    "  -r  high-resolution timers instead, with the index of their clock and nanoseconds of it, as\n"
    "      /proc/timer_list\n",
    run};

}  // namespace inquest
