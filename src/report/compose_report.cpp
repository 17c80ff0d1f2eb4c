#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "report/compose.h"
#include "report/headline.h"
#include "report/wording.h"

namespace inquest {
namespace {

// A log that floods has a thousand distinct events; the json formats list them all.
constexpr std::size_t kEventsShown = 100;

std::string when(const CrashEvent& event) {
    if (event.time) return fmt::format("{:.6f}", *event.time);
    return event.lines.first ? fmt::format("line {}", event.lines.first) : std::string();
}

std::string remark(const CrashEvent& event) {
    std::vector<std::string> remarks;
    if (event.primary) remarks.emplace_back("primary");
    if (event.first_sign && !event.primary) remarks.emplace_back("first sign");
    if (event.repeats > 1) remarks.push_back(count_of(event.repeats, "time"));
    if (event.corrupted) remarks.emplace_back("damaged");
    return fmt::format("{}", fmt::join(remarks, ", "));
}

Section finding_section(const Finding& finding) {
    Section section{"Finding: " + finding.title, {}};
    if (!finding.statement.empty()) section.blocks.emplace_back(Paragraph{finding.statement});
    if (!finding.evidence.empty()) {
        Table table{{"Seen", "Where"}, {}};
        for (const Evidence& evidence : finding.evidence)
            table.rows.push_back({{evidence.text, evidence.source}});
        section.blocks.emplace_back(std::move(table));
    }
    if (!finding.advice.empty()) {
        Bullets advice;
        for (const std::string& step : finding.advice) advice.items.push_back(step_in_words(step));
        section.blocks.emplace_back(std::move(advice));
    }
    return section;
}

Section all_events(const Report& report) {
    Section section{"All events in the log", {}};
    // Uptimes of several machines do not compare; their kernels do.
    std::set<std::string_view> kernels;
    for (const CrashEvent& event : report.events)
        if (!event.kernel.release.empty()) kernels.insert(event.kernel.release);
    bool many_kernels = kernels.size() > 1;
    Table table{{"", many_kernels ? "Kernel" : "Time", "What", ""}, {}};
    for (const CrashEvent& event : report.events) {
        if (table.rows.size() == kEventsShown) break;
        Table::Row row{{fmt::format("{}", event.id), many_kernels ? event.kernel.release : when(event),
                        headline_of(event), remark(event)}};
        if (event.severity == Severity::fatal && !many_kernels) row.tone = Tone::bad;
        table.rows.push_back(std::move(row));
    }
    section.blocks.emplace_back(std::move(table));
    std::uint64_t left = report.events.size() - std::min(report.events.size(), kEventsShown);
    if (left)
        section.blocks.emplace_back(
            Paragraph{fmt::format("{} in the JSON report.", count_of(left, "more event")), Tone::quiet});
    if (report.events_not_kept)
        section.blocks.emplace_back(
            Paragraph{count_of(report.events_not_kept, "further event") + " only counted.", Tone::quiet});
    return section;
}

Section checks_section(const Report& report) {
    Section section{"What was checked", {}};
    Table table{{"Check", "Result"}, {}};
    for (const CheckRun& run : report.checks) {
        std::string result = run.findings ? count_of(run.findings, "finding") : "nothing found";
        if (!run.not_run.empty()) result = "not checked: " + run.not_run;
        for (const std::string& limit : run.limits) result += "; " + limit;
        table.rows.push_back({{run.question, std::move(result)}});
    }
    section.blocks.emplace_back(std::move(table));
    return section;
}

Section input_section(const Report& report) {
    Section section{"Input", {}};
    Fields fields;
    auto add = [&](std::string name, std::string value) {
        if (!value.empty()) fields.entries.emplace_back(std::move(name), std::move(value));
    };
    add("File", report.input.path == "-" ? "standard input" : report.input.path);
    add("Format",
        report.input.format.empty() ? report.input.kind : report.input.kind + ", " + report.input.format);
    if (report.input.lines)
        add("Size",
            fmt::format("{}, {}", count_of(report.input.lines, "line"), byte_size(report.input.bytes)));
    if (report.boots > 1) add("Boots", fmt::format("{}", report.boots));
    add("Host", report.host.name);
    add("Hardware", report.host.hardware);
    if (report.host.cpus) add("CPUs", fmt::format("{}", *report.host.cpus));
    if (report.host.memory) add("Memory", byte_size(*report.host.memory));
    if (!fields.entries.empty()) section.blocks.emplace_back(std::move(fields));
    return section;
}

}  // namespace

std::vector<Section> report_sections(const Report& report, const std::vector<const CrashEvent*>& shown) {
    std::vector<Section> sections;
    for (const Finding& finding : report.findings) sections.push_back(finding_section(finding));
    if (report.events.size() > 1 || report.events_not_kept) sections.push_back(all_events(report));
    if (!report.checks.empty()) sections.push_back(checks_section(report));
    if (!report.problems.empty()) {
        Section problems{"What could not be read", {Bullets{report.problems}}, false, Tone::caution};
        if (!shown.empty()) sections.push_back(std::move(problems));
    }
    if (auto input = input_section(report); !input.blocks.empty()) sections.push_back(std::move(input));
    return sections;
}

}  // namespace inquest
