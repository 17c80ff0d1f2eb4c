// From a signature that fits to what the report says about it.
#include <algorithm>

#include "knowledge/knowledge.h"
#include "knowledge/matcher.h"
#include "knowledge/mechanism.h"

namespace inquest {
namespace {

IssueMatch told(const Issue& issue, SignatureMatch&& fit, const CrashEvent& event, const Kernel& kernel) {
    IssueMatch match;
    match.id = issue.id;
    match.title = issue.title;
    match.events = {event.id};
    match.matched = std::move(fit.matched);
    match.cause = issue.cause;
    match.lanes = issue.mechanism;
    match.mechanism = draw_mechanism(issue.mechanism);
    match.references = issue.references;
    match.confidence = fit.score * issue.confidence;
    (void)kernel;
    return match;
}

bool better(const IssueMatch& a, const IssueMatch& b) {
    return a.confidence != b.confidence ? a.confidence > b.confidence : a.id < b.id;
}

}  // namespace

std::vector<IssueMatch> Knowledge::match(const CrashEvent& event, const Kernel& kernel) const {
    std::vector<IssueMatch> matches;
    for (SignatureMatch& fit : matcher_->match(event))
        matches.push_back(told(issues_[fit.issue], std::move(fit), event, kernel));
    std::ranges::sort(matches, better);
    return matches;
}

std::vector<IssueMatch> Knowledge::match_all(std::span<const CrashEvent> events,
                                             const std::optional<Kernel>& kernel) const {
    std::vector<IssueMatch> all;
    for (const CrashEvent& event : events) {
        for (IssueMatch& match : this->match(event, kernel.value_or(event.kernel))) {
            auto known = std::ranges::find(all, match.id, &IssueMatch::id);
            if (known == all.end()) {
                all.push_back(std::move(match));
                continue;
            }
            known->events.push_back(event.id);
            match.events = known->events;
            if (better(match, *known)) *known = std::move(match);
        }
    }
    std::ranges::stable_sort(all, better);
    return all;
}

}  // namespace inquest
