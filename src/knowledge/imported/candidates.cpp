#include "knowledge/imported/candidates.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "knowledge/imported/describe.h"
#include "knowledge/imported/rank.h"
#include "knowledge/issue_match.h"
#include "knowledge/ranges.h"
#include "knowledge/upstream_version.h"

namespace inquest {
namespace {

constexpr Confidence kWorthDescribing = 0.5;
constexpr std::size_t kShownFunctions = 8;
constexpr std::size_t kShort = 12;

// The functions in their order, each with how rare it is.
std::vector<MatchedCondition> reasons(const Catalogue& catalogue, const RankedCrash& ranked,
                                      const EventView& view) {
    std::vector<MatchedCondition> matched;
    if (ranked.kind == KindFit::same)
        matched.push_back({concat({"kind ", name_of(view.event.kind)}),
                           view.evidence(view.event.headline, view.event.headline)});
    for (std::size_t i = 0; i < ranked.functions.size() && i < kShownFunctions; ++i) {
        auto function = ranked.functions[i];
        auto popularity = popularity_of(catalogue, function);
        auto count = std::to_string(popularity.crashes);
        auto all = std::to_string(popularity.of);
        matched.push_back({concat({i == 0 ? "frame " : "then ", catalogue.name(function)}),
                           view.evidence("", concat({"in ", count, " of ", all, " quoted crashes"}))});
    }
    return matched;
}

std::string words_of(const UpstreamCommit& fix) {
    return concat({"commit ", std::string_view(fix.commit).substr(0, kShort)});
}

bool on_branch_of(const UpstreamCommit& fix, const KernelPackage& package) {
    auto fixed = parse_upstream(fix.mainline);
    auto own = parse_upstream(package.upstream);
    return fixed && own && fixed->branch() == own->branch();
}

// "5.15.124, 6.1.43 and 6.5"
std::string releases_in_words(const Issue& issue) {
    std::vector<std::string> fixed;
    for (const UpstreamCommit& fix : issue.upstream)
        if (!fix.mainline.empty()) fixed.push_back(fix.mainline);
    if (fixed.size() < 2) return join(fixed, "");
    auto last = fixed.back();
    fixed.pop_back();
    return join(fixed, ", ") + " and " + last;
}

std::string upgrade_by_branch(const UpstreamCommit& fix, const KernelPackage& package) {
    std::string_view target = package.product == "upstream" ? "" : "a package that is built on ";
    if (on_branch_of(fix, package))
        return concat({"Upgrade to ", target, "Linux ", fix.mainline, " or later (", words_of(fix), ")."});
    return concat({"No release of this kernel's branch is known to have the fix. Upgrade to ", target,
                   "Linux ", fix.mainline, " or later (", words_of(fix), ")."});
}

std::string advice(const Issue& issue, const KernelPackage& package, const AffectedAnswer& answer) {
    bool affected = answer.status == IssueStatus::affected;
    const auto* fix = fix_for(issue, affected ? package.upstream : "");
    bool vendors = !package.product.empty() && package.product != "upstream";
    if (vendors && !answer.fixed_in.empty())
        return concat({"Upgrade to ", answer.fixed_in, " or later, which has the fix",
                       fix ? concat({" (", words_of(*fix), ")."}) : "."});
    if (!fix || fix->mainline.empty()) return "No release with a fix is known.";
    if (affected) return upgrade_by_branch(*fix, package);
    if (vendors)
        return concat({"Look for ", issue.id, " or its fix (", words_of(*fix),
                       ") in the changelog of this kernel's newest package; upgrade if it is there."});
    return concat({"The fix (", words_of(*fix), ") is in Linux ", releases_in_words(issue),
                   ". Upgrade if this kernel is older on its branch."});
}

// Two sources may have one bug under different ids: the fix tells.
void drop_repeated_fixes(std::vector<ImportedCandidate>& found) {
    std::set<std::string> commits;
    std::erase_if(found, [&](const ImportedCandidate& candidate) {
        auto repeats = [&](const UpstreamCommit& fix) { return commits.contains(fix.commit); };
        bool known = std::ranges::any_of(candidate.issue.upstream, repeats);
        for (const UpstreamCommit& fix : candidate.issue.upstream) commits.insert(fix.commit);
        return known;
    });
}

}  // namespace

std::vector<ImportedCandidate> candidates_for(const std::vector<Catalogue>& catalogues,
                                              const EventView& view) {
    std::vector<ImportedCandidate> found;
    if (catalogues.empty()) return found;
    const CrashShape shape = shape_of(view);
    for (auto catalogue = catalogues.rbegin(); catalogue != catalogues.rend(); ++catalogue) {
        auto ranked = rank(*catalogue, shape);
        rate(ranked);
        for (const RankedCrash& one : ranked) {
            ImportedEntry entry{&*catalogue, one.issue};
            if (one.confidence < kWorthDescribing || !counts(catalogues, entry)) continue;
            found.push_back({describe(catalogues, entry),
                             {.score = one.confidence, .matched = reasons(*catalogue, one, view)}});
        }
    }
    std::ranges::stable_sort(found, std::ranges::greater{}, [](const auto& c) { return c.fit.score; });
    drop_repeated_fixes(found);
    if (found.size() > kMostCandidates) found.resize(kMostCandidates);
    return found;
}

IssueMatch told(ImportedCandidate&& candidate, const CrashEvent& event, const Kernel& kernel,
                const KernelPackage& package) {
    const Issue& issue = candidate.issue;
    IssueMatch match = told(issue, std::move(candidate.fit), event, kernel, package);
    if (match.status == IssueStatus::fixed || match.status == IssueStatus::not_affected) return match;
    if (match.remedies.empty())
        match.remedies.push_back(
            {advice(issue, package, is_affected(package, issue.affected)), "", "reboot"});
    return match;
}

}  // namespace inquest
