#include "cli/assemble.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "cli/add_sources.h"
#include "crashlog/parser.h"
#include "diagnose/diagnose.h"
#include "kernel/source_lines.h"
#include "reason/explain.h"

namespace inquest {
namespace {

// The reader marked the primary event, in the last boot that crashed.
void keep_boot_of_primary(std::vector<CrashEvent>& events) {
    auto primary = std::ranges::find_if(events, &CrashEvent::primary);
    if (primary == events.end()) return;
    std::erase_if(events, [boot = primary->boot](const CrashEvent& event) { return event.boot != boot; });
}

void add_matches(Report& report, const CrashEvent& event, std::vector<IssueMatch> matches) {
    for (IssueMatch& match : matches) {
        auto known = std::ranges::find(report.known_issues, match.id, &IssueMatch::id);
        if (known == report.known_issues.end()) {
            match.events = {event.id};
            report.known_issues.push_back(std::move(match));
            continue;
        }
        auto events = std::move(known->events);
        events.push_back(event.id);
        if (match.confidence > known->confidence) *known = std::move(match);
        known->events = std::move(events);
    }
}

}  // namespace

bool is_crash(const CrashEvent& event) { return event.severity >= Severity::error; }

Kernel kernel_of(const CrashEvent& event, const Kernel& banner, const AssembleOptions& options) {
    Kernel kernel = event.kernel.release.empty() ? banner : event.kernel;
    if (options.kernel.empty() || options.kernel == kernel.release) return kernel;
    Kernel asked;
    asked.release = options.kernel;
    asked.arch = kernel.arch;
    asked.taint = kernel.taint;
    return asked;
}

Report assemble(LineSource& source, const std::string& path, const AssembleOptions& options,
                const DumpInput* dump) {
    LogContents contents = read_log(source);
    if (dump) complete(contents, *dump);
    Report report;
    report.input = {path, "log", source.format(), source.bytes(), source.lines()};
    report.host = std::move(contents.host);
    report.events = std::move(contents.events);
    report.findings = std::move(contents.findings);
    report.boots = contents.boots;
    report.events_not_kept = contents.events_not_kept;
    if (!source.problem().empty()) report.problems.push_back(source.problem());

    if (!options.all_boots && !contents.excerpts) keep_boot_of_primary(report.events);
    std::optional<SourceLines> lines;
    if (dump) lines.emplace(*dump->session, *dump->code);
    for (CrashEvent& event : report.events) {
        explain(event);
        if (dump && event.primary && options.checks != CheckLevel::none && is_crash_of(event, *dump))
            diagnose_crash(event, {*dump->session, *dump->code, dump->tasks, dump->crashed, dump->trace,
                                   dump->site, &*lines});
        add_matches(report, event,
                    options.knowledge->match(event, kernel_of(event, contents.banner, options)));
    }
    std::ranges::stable_sort(report.known_issues, std::ranges::greater{}, &IssueMatch::confidence);
    report.kernel = contents.banner;
    if (const CrashEvent* primary = report.primary()) {
        report.kernel = kernel_of(*primary, contents.banner, options);
        report.verdict = primary->verdict;
    }
    examine(report);
    if (dump) {
        complete(report, *dump);
        for (CrashEvent& event : report.events) lines->add_to(event.trace, event.ip);
        run_checks(options.checks, *dump->session, *dump->code, dump->tasks, dump->crashed, report);
    }
    if (options.sources) {
        for (CrashEvent& event : report.events)
            add_sources(event, *options.sources, lines ? &*lines : nullptr);
        std::ranges::move(options.sources->take_problems(report.kernel), std::back_inserter(report.problems));
    }
    return report;
}

}  // namespace inquest
