// From a signature that fits to what the report says about it.
#include <algorithm>

#include "knowledge/knowledge.h"
#include "knowledge/matcher.h"
#include "knowledge/mechanism.h"
#include "knowledge/remedy.h"
#include "knowledge/version.h"

namespace inquest {
namespace {

// What the kernel's version does to the confidence that this issue is the cause. Who knows the ranges may
// still be wrong about one package, so that a fixed kernel lowers it and does not end it.
double trust(IssueStatus status) {
    switch (status) {
        case IssueStatus::affected:
            return 1;
        case IssueStatus::unknown:
            return 0.95;
        case IssueStatus::fixed:
            return 0.5;
        case IssueStatus::not_affected:
            return 0.3;
    }
    return 0;
}

// The module that a remedy is about: the one that a condition names, as the event spells it.
std::string_view module_of(const Issue& issue) {
    for (const Condition& condition : issue.signature) {
        bool names_module = condition.type == Condition::Type::module ||
                            condition.type == Condition::Type::module_in_trace ||
                            condition.type == Condition::Type::last_unloaded;
        if (names_module && condition.role == Condition::Role::required && condition.any.size() == 1)
            return condition.any.front();
    }
    return {};
}

IssueMatch told(const Issue& issue, SignatureMatch&& fit, const CrashEvent& event, const Kernel& kernel,
                const KernelPackage& package) {
    AffectedAnswer answer = is_affected(package, issue.affected);
    IssueMatch match;
    match.id = issue.id;
    match.title = issue.title;
    match.confidence = fit.score * issue.confidence * trust(answer.status);
    match.events = {event.id};
    match.status = answer.status;
    match.status_reason = answer.reason;
    match.matched = std::move(fit.matched);
    match.cause = issue.cause;
    match.mechanism = draw_mechanism(issue.mechanism);
    match.lanes = issue.mechanism;
    match.remedies = remedies_for(issue.remedies, {kernel, package, answer, module_of(issue)});
    for (const AffectedRange& range : issue.affected)
        if (range.product != "any") match.affected.push_back(in_words(range));
    match.references = issue.references;
    return match;
}

bool better(const IssueMatch& a, const IssueMatch& b) {
    return a.confidence != b.confidence ? a.confidence > b.confidence : a.id < b.id;
}

}  // namespace

std::vector<IssueMatch> Knowledge::match(const CrashEvent& event, const Kernel& kernel) const {
    std::vector<IssueMatch> matches;
    auto fits = matcher_->match(event);
    if (fits.empty()) return matches;
    KernelPackage package = identify_kernel(kernel.release, kernel.version);
    for (SignatureMatch& fit : fits)
        matches.push_back(told(issues_[fit.issue], std::move(fit), event, kernel, package));
    std::ranges::sort(matches, better);
    return matches;
}

}  // namespace inquest
