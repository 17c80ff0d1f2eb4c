// What the log shows before the crash: the first sign of it, hardware errors, the same crash again and again.
#include <algorithm>

#include "base/text.h"
#include "reason/scene.h"

namespace inquest {
namespace {

using namespace reason;

bool is_hardware(const CrashEvent& event) {
    return event.kind == Kind::machine_check || event.kind == Kind::hardware_error;
}

void report_first_sign(Report& report, const CrashEvent& primary) {
    auto first = std::ranges::find_if(report.events, &CrashEvent::first_sign);
    if (first == report.events.end() || first->id == primary.id || first->boot != primary.boot) return;
    Finding finding;
    finding.id = "first-sign";
    finding.title = "Trouble began before the crash: " + first->title;
    finding.confidence = 0.6;
    finding.statement =
        "This is the earliest event of the same boot. What came later may be its consequence.";
    if (first->time && primary.time && *primary.time >= *first->time + 1)
        finding.statement += " It happened " +
                             std::to_string(static_cast<long long>(*primary.time - *first->time)) +
                             " s earlier.";
    finding.events = {first->id, primary.id};
    finding.evidence = {{first->headline, log_line(first->lines.first)}};
    finding.advice = {"explain event " + std::to_string(first->id) + " before event " +
                      std::to_string(primary.id)};
    report.findings.push_back(std::move(finding));
}

void report_hardware(Report& report, const CrashEvent& primary) {
    if (is_hardware(primary)) return;
    auto sign = std::ranges::find_if(report.events, [&](const CrashEvent& event) {
        return is_hardware(event) && event.boot == primary.boot && event.id < primary.id;
    });
    if (sign == report.events.end()) return;
    Finding finding;
    finding.id = "hardware-error-before";
    finding.title = "The hardware reported an error before the crash";
    finding.confidence = 0.8;
    finding.statement = "Failing hardware can cause any crash; rule it out first.";
    finding.events = {sign->id, primary.id};
    finding.evidence = {{sign->headline, log_line(sign->lines.first)}};
    finding.advice = {"ras-mc-ctl --errors; ipmitool sel list  # which part, and how often; costs nothing"};
    report.findings.push_back(std::move(finding));
}

// A function that crashed more than once: in several boots, or folded within one.
void report_repetition(Report& report, const CrashEvent& primary) {
    if (primary.guilty.function.empty()) return;
    std::uint64_t times = 0;
    std::vector<int> ids;
    for (const auto& event : report.events) {
        if (event.kind != primary.kind || event.guilty.function != primary.guilty.function) continue;
        times += event.repeats;
        ids.push_back(event.id);
    }
    if (times < 2) return;
    Finding finding;
    finding.id = "same-place-again";
    finding.title = primary.guilty.function + " failed " + std::to_string(times) + " times in this log";
    finding.confidence = 0.9;
    finding.statement =
        "The same kind of event in the same function speaks for a bug and against random damage.";
    finding.events = std::move(ids);
    finding.evidence = {{primary.headline, log_line(primary.lines.first)}};
    report.findings.push_back(std::move(finding));
}

void examine(Report& report) {
    const CrashEvent* primary = report.primary();
    if (!primary) return;
    report_first_sign(report, *primary);
    report_hardware(report, *primary);
    report_repetition(report, *primary);
}

}  // namespace

extern const Examiner plugin_examiners_earlier_events;
const Examiner plugin_examiners_earlier_events{"earlier-events", examine};

}  // namespace inquest
