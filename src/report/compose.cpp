#include "report/compose.h"

#include <algorithm>
#include <fmt/format.h>

#include "report/first_screen.h"
#include "report/headline.h"
#include "report/wording.h"

namespace inquest {
namespace {

bool same_machine(const CrashEvent& a, const CrashEvent& b) {
    // A damaged event of the same boot may have lost its release.
    bool other_kernel =
        !a.kernel.release.empty() && !b.kernel.release.empty() && a.kernel.release != b.kernel.release;
    return a.boot == b.boot && !other_kernel;
}

// Which of two events of one boot the reader wants first.
bool graver(const CrashEvent& a, const CrashEvent& b) {
    if (a.primary != b.primary) return a.primary;
    return a.severity > b.severity;
}

FirstScreen nothing_found(const Report& report) {
    FirstScreen screen;
    // Of a dump that lacks the answer, "no crash" would be a claim about the machine.
    const bool cannot_tell = report.input.kind == "vmcore" && !report.problems.empty();
    screen.headline =
        cannot_tell ? "This dump does not tell why the kernel stopped" : "No kernel crash in this input";
    screen.severity = Severity::info;
    auto add = [&](std::string label, std::string text) {
        if (!text.empty()) screen.rows.push_back({std::move(label), std::move(text), {}, Tone::plain, false});
    };
    if (report.input.lines)
        add("read",
            fmt::format("{}, {}{}", count_of(report.input.lines, "line"), byte_size(report.input.bytes),
                        report.input.format.empty() ? "" : " (" + report.input.format + ")"));
    for (const std::string& problem : report.problems) add("problem", problem);
    add("machine", report.kernel.release);
    return screen;
}

}  // namespace

std::vector<const CrashEvent*> leading_events(const Report& report) {
    std::vector<const CrashEvent*> leads;
    for (const CrashEvent& event : report.events) {
        auto lead = std::ranges::find_if(leads, [&](const CrashEvent* l) { return same_machine(*l, event); });
        if (lead == leads.end())
            leads.push_back(&event);
        else if (graver(event, **lead))
            *lead = &event;
    }
    std::ranges::stable_sort(leads, [](auto* a, auto* b) { return a->primary && !b->primary; });
    return leads;
}

Document compose(const Report& report, bool details) {
    Document document;
    auto leads = leading_events(report);
    if (leads.empty()) document.empty = nothing_found(report);
    document.title = leads.empty() ? document.empty.headline : headline_of(*leads.front());
    for (std::size_t i = 0; i < leads.size(); ++i) {
        const CrashEvent& event = *leads[i];
        EventPart part;
        part.event = event.id;
        if (leads.size() > 1) part.label = fmt::format("{} of {}", i + 1, leads.size());
        part.screen = first_screen(report, event);
        if (i == 0 && leads.size() > 1)
            part.screen.rows.push_back({"also",
                                        fmt::format("{} in this input, of other kernels or boots: see below",
                                                    count_of(leads.size() - 1, "further crash event")),
                                        {},
                                        Tone::plain,
                                        false});
        if (details) {
            part.sections = event_sections(report, event);
        }
        document.parts.push_back(std::move(part));
    }
    if (details) document.sections = report_sections(report, leads);
    return document;
}

}  // namespace inquest
