#include <algorithm>
#include <iterator>
#include <span>

#include "crashlog/collector.h"

namespace inquest {
namespace {

constexpr double kJustBefore = 1.0;  // seconds
constexpr double kSameCpu = 10.0;

// The panic that ended the machine was printed as part of this event.
bool ended_the_machine(const CrashEvent& event) { return !event.fact("panic").empty(); }

bool is_one_line(const CrashEvent& event) {
    return event.trace.empty() && event.ip.empty() && event.lines.first == event.lines.last;
}

bool graver(const CrashEvent& a, const CrashEvent& b) {
    if (ended_the_machine(a) != ended_the_machine(b)) return ended_the_machine(a);
    if (a.severity != b.severity) return a.severity > b.severity;
    // The line "Killed process" of an earlier report whose rest is not in the log
    return !a.trace.empty() && is_one_line(b);
}

bool same_module(const CrashEvent& a, const CrashEvent& b) {
    return !a.guilty.module.empty() && a.guilty.module == b.guilty.module;
}

bool same_function(const CrashEvent& a, const CrashEvent& b) {
    return !a.guilty.function.empty() && a.guilty.function == b.guilty.function;
}

bool same_task(const CrashEvent& a, const CrashEvent& b) {
    return a.task.pid && *a.task.pid != 0 && a.task.pid == b.task.pid && a.task.comm == b.task.comm;
}

bool is_header_only(const CrashEvent& event) {
    return event.trace.empty() && event.ip.empty() && event.registers.empty();
}

bool close_to(const CrashEvent& earlier, const CrashEvent& later) {
    return !earlier.time || !later.time || *later.time - *earlier.time <= kSameCpu;
}

bool leads_to(const CrashEvent& earlier, const CrashEvent& primary) {
    if (same_task(earlier, primary) || same_module(earlier, primary) || same_function(earlier, primary))
        return true;
    if (!earlier.time || !primary.time) return false;
    double gap = *primary.time - *earlier.time;
    if (gap >= 0 && gap <= kJustBefore) return true;
    return earlier.cpu && earlier.cpu == primary.cpu && gap >= 0 && gap <= kSameCpu;
}

}  // namespace

void rank(std::vector<CrashEvent>& events, bool excerpts) {
    if (events.empty()) return;
    int boot = events.back().boot;
    for (const CrashEvent& event : events)
        if (event.severity >= Severity::error) boot = event.boot;
    auto in_boot = [&](const CrashEvent& event) { return excerpts || event.boot == boot; };
    auto first = std::ranges::find_if(events, in_boot);
    auto last = std::find_if_not(first, events.end(), in_boot);
    auto primary = first;
    for (auto event = first; event != last; ++event)
        if (graver(*event, *primary)) primary = event;
    // A fault while a fault was being printed has a header and the panic, the first one all the rest.
    if (is_header_only(*primary)) {
        auto fatal = [&](const CrashEvent& event) {
            return event.severity == Severity::fatal && !is_header_only(event) && close_to(event, *primary);
        };
        auto before = std::find_if(std::reverse_iterator(primary), std::reverse_iterator(first), fatal);
        if (before != std::reverse_iterator(first)) primary = std::prev(before.base());
    }
    primary->primary = true;
    auto sign =
        std::find_if(first, primary, [&](const CrashEvent& event) { return leads_to(event, *primary); });
    sign->first_sign = true;
}

}  // namespace inquest
