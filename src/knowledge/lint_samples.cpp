#include <algorithm>

#include "base/text.h"
#include "knowledge/condition.h"
#include "knowledge/knowledge.h"
#include "knowledge/lint.h"
#include "knowledge/matcher.h"

namespace inquest {
namespace {

std::string in_words(const CompiledCondition& condition) {
    return std::string(name_of(condition.type)) + " [" + join(condition.any, ", ") + "]";
}

// Why an event does not have the signature, for whoever writes it.
std::string why_not(const Issue& issue, const CrashEvent& event) {
    EventView view(event);
    std::vector<std::string> reasons;
    for (const Condition& condition : issue.signature) {
        CompiledCondition compiled(condition);
        Answer answer = compiled.ask(view);
        bool holds = answer == Answer::yes || answer == Answer::partly;
        if (condition.role == Condition::Role::excluding && holds)
            reasons.push_back(in_words(compiled) + " excludes it");
        if (condition.role == Condition::Role::required && !holds)
            reasons.push_back(in_words(compiled) + (answer == Answer::silent ? " cannot be told" : " fails"));
    }
    if (reasons.empty()) reasons.push_back("too little of what could match does");
    std::string event_name =
        event.title.empty() ? "event " + std::to_string(event.id) : "'" + event.title + "'";
    return event_name + ": " + join(reasons, ", ");
}

}  // namespace

void lint_samples(const Issue& issue, const EventsOf& events_of, std::vector<LintProblem>& problems) {
    Knowledge alone;
    alone.add(issue);
    for (const IssueSample& sample : issue.samples) {
        auto complain = [&](std::string message) {
            problems.push_back(
                {issue.file, sample.line, "sample '" + sample.name + "': " + std::move(message)});
        };
        auto events = events_of(sample.log);
        std::vector<IssueMatch> matches;
        std::vector<std::string> reasons;
        for (const CrashEvent& event : events) {
            auto found = alone.match(event, event.kernel);
            if (found.empty()) reasons.push_back(why_not(issue, event));
            matches.insert(matches.end(), found.begin(), found.end());
        }
        if (events.empty()) {
            complain("no event is found in it");
        } else if (sample.matches && matches.empty()) {
            complain("does not match; " + join(reasons, "; "));
        } else if (!sample.matches && !matches.empty()) {
            complain("is a near miss and matches");
        } else if (!sample.status.empty() && sample.matches &&
                   name_of(matches.front().status) != sample.status) {
            complain("the kernel is " + std::string(name_of(matches.front().status)) + ", not " +
                     sample.status + ": " + matches.front().status_reason);
        }
    }
    auto has = [&](bool matching) {
        return std::ranges::count(issue.samples, matching, &IssueSample::matches) > 0;
    };
    if (!has(true)) problems.push_back({issue.file, 1, "there is no sample that matches"});
    if (!has(false)) problems.push_back({issue.file, 1, "there is no near miss among the samples"});
}

}  // namespace inquest
