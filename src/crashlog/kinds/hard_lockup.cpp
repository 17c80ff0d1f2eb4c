// A CPU that took no interrupt for many seconds.
#include "crashlog/guilty.h"
#include "crashlog/header.h"
#include "crashlog/kind_reader.h"
#include "crashlog/title.h"

namespace inquest {
namespace {

constexpr std::string_view kTriggers[] = {"hard LOCKUP", "Hard LOCKUP"};

std::optional<std::uint64_t> cpu_in(std::string_view text) {
    for (std::string_view before : {"hard LOCKUP on cpu ", "hard LOCKUP on other CPUs ", "CPU "}) {
        Scanner scan(text);
        if (!scan.until(before)) continue;
        if (auto cpu = scan.dec()) return cpu;
    }
    return std::nullopt;
}

// "Watchdog detected hard LOCKUP on cpu 3", "CPU 3 detected hard LOCKUP on other CPUs 5", "CPU 3
// self-detected hard LOCKUP @ f+0x4/0x8", "CPU 3 Hard LOCKUP"
bool opens(const Line& line, CrashEvent& event) {
    if (auto scan = after_header(line, "Watchdog detected hard LOCKUP on cpu "); scan && scan->dec()) {
        open_event(line, event, Kind::hard_lockup);
    } else if (auto other = after_header(line, "CPU "); other && other->dec()) {
        const auto rest = other->rest();
        if (!rest.starts_with(" detected hard LOCKUP") && !rest.starts_with(" self-detected hard LOCKUP") &&
            !rest.starts_with(" Hard LOCKUP"))
            return false;
        open_event(line, event, Kind::hard_lockup);
        if (auto place = find_code(rest)) event.ip = *place;
    } else {
        return false;
    }
    if (auto cpu = cpu_in(event.headline)) event.cpu = static_cast<int>(*cpu & 0xffff);
    return true;
}

bool takes(const Line& line, CrashEvent& event) { return takes_backtrace(line, event); }

void finish(CrashEvent& event) {
    blame_stalled(event);
    default_ip(event);
    event.title = title_in("BUG: hard lockup", event);
}

}  // namespace

extern const KindReader plugin_kinds_hard_lockup;
const KindReader plugin_kinds_hard_lockup{"hard_lockup", kTriggers, opens, nullptr, takes, finish};

}  // namespace inquest
