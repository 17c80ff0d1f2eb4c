#include "knowledge/issue_match.h"

#include <algorithm>

#include "knowledge/imported/candidates.h"
#include "knowledge/knowledge.h"
#include "knowledge/mechanism.h"
#include "knowledge/remedy.h"

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

bool better(const IssueMatch& a, const IssueMatch& b) {
    return a.confidence != b.confidence ? a.confidence > b.confidence : a.id < b.id;
}

// Whether a hand-written issue speaks of an imported one: by its id or its fix.
bool speaks_of(const Issue& written, const Issue& imported) {
    auto names = [&](const Reference& reference) {
        return reference.title.find(imported.id) != std::string::npos ||
               reference.url.find(imported.id) != std::string::npos;
    };
    auto is_fix = [&](const UpstreamCommit& commit) {
        return !commit.commit.empty() &&
               std::ranges::any_of(imported.upstream, [&](const UpstreamCommit& fix) {
                   return fix.commit.starts_with(commit.commit);
               });
    };
    return std::ranges::any_of(written.references, names) || std::ranges::any_of(written.upstream, is_fix);
}

}  // namespace

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

std::vector<IssueMatch> Knowledge::match(const CrashEvent& event, const Kernel& kernel) const {
    std::vector<IssueMatch> matches;
    EventView view(event);
    auto fits = matcher_->match(view);
    auto imported = candidates_for(catalogues_, view);
    if (fits.empty() && imported.empty()) return matches;
    KernelPackage package = identify_kernel(kernel.release, kernel.version);
    for (const SignatureMatch& fit : fits)
        std::erase_if(imported, [&](const ImportedCandidate& candidate) {
            return speaks_of(issues_[fit.issue], candidate.issue);
        });
    for (SignatureMatch& fit : fits)
        matches.push_back(told(issues_[fit.issue], std::move(fit), event, kernel, package));
    std::ranges::sort(matches, better);
    // Where somebody has written down what such a crash is, a likeness is only a second opinion.
    double highest = matches.empty() ? 1 : matches.front().confidence;
    if (!matches.empty() && highest >= kConfident) return matches;
    for (ImportedCandidate& candidate : imported) {
        auto match = told(std::move(candidate), event, kernel, package);
        match.confidence = std::min(match.confidence, highest);
        if (match.confidence >= kShownImported) matches.push_back(std::move(match));
    }
    return matches;
}

}  // namespace inquest
