#include "cli/answer_log.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "cli/add_sources.h"
#include "crashlog/parser.h"
#include "reason/explain.h"
#include "report/event_line.h"

namespace inquest {
namespace {

Exit say_problems(const std::vector<std::string>& problems, Exit status) {
    for (const std::string& problem : problems) say(problem);
    return problems.empty() ? status : Exit::unreadable;
}

void say_notes(const OpenInput& input) {
    if (!input.dump || !input.dump->session) return;
    for (const std::string& note : input.dump->session->debug_files().notes()) say(note);
}

// Why an option that was given changed nothing.
void say_without_sources(const Report& report, const ReportJob& job) {
    if (!job.assemble.sources || report.events.empty() || !report.problems.empty()) return;
    if (std::ranges::all_of(report.events, [](const CrashEvent& event) { return event.sources.empty(); }))
        say("no file and line is known for --source to show: a dump's are in its debug files (--symbols)");
}

Exit write_report(Report& report, const ReportJob& job) {
    say_without_sources(report, job);
    if (job.redactor) job.redactor->apply(report);
    if (auto written = job.output->write(job.renderer->render(report, job.look)); !written) {
        say(written.error().message());
        return Exit::usage;
    }
    return say_problems(report.problems,
                        std::ranges::any_of(report.events, is_crash) ? Exit::found : Exit::nothing);
}

}  // namespace

Exit answer_log(OpenInput& input, const ReportJob& job) {
    Report report = assemble(*input.source, input.path, job.assemble, input.dump.get());
    say_notes(input);
    return write_report(report, job);
}

Exit answer_crash(OpenInput& input, const ReportJob& job) {
    Report report = assemble(*input.source, input.path, job.assemble, input.dump.get());
    if (std::ranges::none_of(report.events, is_crash)) return say_problems(report.problems, Exit::nothing);
    say("reading " + input.path);
    return write_report(report, job);
}

Exit stream_log(OpenInput& input, const ReportJob& job) {
    bool crashed = false;
    Kernel kernel;  // the last that was named
    Result<void> written;
    auto sink = [&](CrashEvent&& event) {
        if (!written) return;
        explain(event);
        if (job.assemble.sources) add_sources(event, *job.assemble.sources, nullptr);
        if (!event.kernel.release.empty()) kernel = event.kernel;
        Report alone;
        alone.kernel = kernel_of(event, {}, job.assemble);
        alone.known_issues = job.assemble.knowledge->match(event, alone.kernel);
        for (IssueMatch& match : alone.known_issues) match.events = {event.id};
        crashed = crashed || is_crash(event);
        alone.events.push_back(std::move(event));
        if (job.redactor) job.redactor->apply(alone);
        written = job.output->write(render_event_line(alone.events.front(), alone.known_issues) + '\n');
    };
    read_log(*input.source, {.every_event = true}, sink);
    if (!written) {
        say(written.error().message());
        return Exit::usage;
    }
    std::vector<std::string> problems;
    if (!input.source->problem().empty()) problems.push_back(input.source->problem());
    if (job.assemble.sources)
        std::ranges::move(job.assemble.sources->take_problems(kernel), std::back_inserter(problems));
    return say_problems(problems, crashed ? Exit::found : Exit::nothing);
}

}  // namespace inquest
