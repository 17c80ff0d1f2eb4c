#include "report/first_screen.h"

#include <algorithm>
#include <fmt/format.h>

#include "base/text.h"
#include "report/headline.h"
#include "report/wording.h"

namespace inquest {
namespace {

constexpr std::size_t kSentence = 260;  // bytes: three lines of a terminal

void add(FirstScreen& screen, std::string label, std::string text, std::string note = {},
         Tone tone = Tone::plain, bool command = false) {
    if (text.empty()) return;
    screen.rows.push_back({std::move(label), std::move(text), std::move(note), tone, command});
}

// A matter of configuration or of somebody's module: no version is free of it.
bool concerns_any_kernel(const IssueMatch& issue) {
    return issue.status == IssueStatus::affected && issue.affected.empty();
}

std::string status_note(const IssueMatch& issue) {
    if (concerns_any_kernel(issue)) return "on any kernel";
    return fmt::format("this kernel: {}", phrase(issue.status));
}

void add_remedy(FirstScreen& screen, const IssueMatch& issue) {
    const Remedy* remedy = remedy_of(issue);
    if (!remedy) return;
    std::string label = issue.confidence < kConfident           ? "if so"
                        : issue.status == IssueStatus::affected ? "do now"
                                                                : "if affected";
    bool command = !remedy->command.empty();
    add(screen, std::move(label), command ? remedy->command : remedy->action,
        remedy->risk.empty() ? "" : "risk: " + remedy->risk, Tone::caution, command);
}

// What is worth knowing of the status in one line: why it is so, or, where it is not known, what to compare
// with.
void add_comparison(FirstScreen& screen, const IssueMatch& issue) {
    if (issue.status == IssueStatus::fixed)
        add(screen, "but", "this kernel has that fix: look for another cause");
    else if (issue.status == IssueStatus::not_affected)
        add(screen, "but", issue.status_reason);
    else if (issue.status == IssueStatus::unknown && !issue.affected.empty())
        add(screen, "affected",
            issue.affected.front() +
                (issue.affected.size() > 1
                     ? fmt::format(" (and {} below)", count_of(issue.affected.size() - 1, "other range"))
                     : ""));
}

// The earliest related event of the same boot, when it is not the event itself.
std::string first_sign_of(const Report& report, const CrashEvent& event) {
    auto sign = std::ranges::find_if(report.events, [&](const CrashEvent& other) {
        return other.first_sign && other.id != event.id && other.boot == event.boot &&
               other.kernel.release == event.kernel.release;
    });
    if (sign == report.events.end()) return {};
    std::string text = headline_of(*sign);
    if (sign->repeats > 1) text += fmt::format(", {}", count_of(sign->repeats, "time"));
    if (sign->time && event.time && *event.time >= *sign->time) {
        double before = *event.time - *sign->time;
        text += before < 0.1 ? ", just before" : fmt::format(", {} before", duration(before));
    }
    return text;
}

}  // namespace

Tone tone_of(IssueStatus status) {
    switch (status) {
        case IssueStatus::affected:
            return Tone::bad;
        case IssueStatus::fixed:
        case IssueStatus::not_affected:
            return Tone::good;
        case IssueStatus::unknown:
            break;
    }
    return Tone::caution;
}

const IssueMatch* issue_of(const Report& report, const CrashEvent& event) {
    const IssueMatch* best = nullptr;
    for (const IssueMatch& issue : report.known_issues)
        if (std::ranges::find(issue.events, event.id) != issue.events.end())
            if (!best || issue.confidence > best->confidence) best = &issue;
    return best;
}

const Remedy* remedy_of(const IssueMatch& issue) {
    if (issue.status == IssueStatus::fixed || issue.status == IssueStatus::not_affected) return nullptr;
    if (issue.remedies.empty()) return nullptr;
    auto found = std::ranges::find_if(issue.remedies, [](const Remedy& r) { return !r.command.empty(); });
    return found == issue.remedies.end() ? &issue.remedies.front() : &*found;
}

std::string machine_of(const Report& report, const CrashEvent& event) {
    std::vector<std::string> parts;
    if (!event.kernel.release.empty()) parts.push_back(event.kernel.release);
    if (auto task = task_label(event.task); !task.empty()) parts.push_back(std::move(task));
    if (event.cpu) parts.push_back(fmt::format("CPU {}", *event.cpu));
    auto up = event.time;
    if (!up && event.primary) up = report.host.uptime;
    if (up)
        if (auto text = duration(*up); !text.empty()) parts.push_back("up " + text);
    return join(parts, ", ");
}

FirstScreen first_screen(const Report& report, const CrashEvent& event) {
    FirstScreen screen;
    screen.headline = headline_of(event);
    screen.severity = event.severity;
    const Verdict& verdict = event.verdict;
    const IssueMatch* issue = issue_of(report, event);
    bool explained = verdict.cause != Cause::unknown;
    if (explained)
        screen.confidence = confidence_word(verdict.confidence);
    else if (issue)
        screen.confidence = confidence_word(issue->confidence);

    if (issue) {
        bool sure = issue->confidence >= kConfident;
        add(screen, sure ? "known issue" : "may be", issue->title, status_note(*issue),
            concerns_any_kernel(*issue) ? Tone::caution : tone_of(issue->status));
        if (!sure && explained) add(screen, "cause", clipped(verdict.summary, kSentence));
        add_remedy(screen, *issue);
        add_comparison(screen, *issue);
    } else {
        if (explained || !repeats_headline(event, verdict.summary))
            add(screen, explained ? "cause" : "what", clipped(verdict.summary, kSentence));
        for (const Alternative& other : verdict.alternatives)
            add(screen, "or", clipped(other.summary, kSentence), other.decides);
        if (!verdict.next_steps.empty()) {
            auto [what, note] = step_of(verdict.next_steps.front());
            add(screen, explained ? "next step" : "would tell", std::string(what), std::string(note),
                Tone::quiet);
        }
    }
    add(screen, "why", why_of(event));
    add(screen, "first sign", first_sign_of(report, event));
    if (event.corrupted)
        add(screen, "careful",
            clipped(event.corruption.empty() ? "the log is damaged here" : event.corruption, kSentence));
    add(screen, "machine", machine_of(report, event));
    return screen;
}

}  // namespace inquest
