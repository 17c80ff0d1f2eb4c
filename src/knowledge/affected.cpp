#include <algorithm>

#include "base/text.h"
#include "knowledge/pairs.h"
#include "knowledge/ranges.h"
#include "knowledge/scheme.h"

namespace inquest {

namespace {

std::string words_of(const UpstreamVersion& version, const PairDecision& decision) {
    auto text = version.text();
    switch (decision.place) {
        case PairDecision::Place::past:
            return concat({text,
                           version == parse_upstream(decision.pair.fixed) ? " is " : " is not older than ",
                           decision.pair.fixed, ", where it was fixed"});
        case PairDecision::Place::before:
            return concat({text, " is older than ", decision.pair.introduced, ", which brought it"});
        default:
            break;
    }
    if (decision.pair.fixed.empty() || decision.pair.fixed == "0") {
        return concat({text, " has it, and no fix is known on its branch"});
    }
    return concat({text, " is older than ", decision.pair.fixed, ", where it was fixed"});
}

IssueStatus status_of(PairDecision::Place place) {
    switch (place) {
        case PairDecision::Place::inside:
            return IssueStatus::affected;
        case PairDecision::Place::past:
            return IssueStatus::fixed;
        default:
            return IssueStatus::not_affected;
    }
}

// A kernel of which only an interval is known: a candidate, a build between two releases, a package known by
// its ABI. Both ends must say the same.
struct Interval {
    UpstreamVersion low, high;
};

std::optional<Interval> interval_of(const KernelPackage& kernel) {
    auto low = parse_upstream(kernel.upstream);
    if (!low) return std::nullopt;
    auto high = kernel.below.empty() ? std::optional(low->release()) : parse_upstream(kernel.below);
    return Interval{*low, high.value_or(*low)};
}

AffectedAnswer by_pairs(const UpstreamVersion& version, const std::vector<FixPair>& pairs) {
    auto decision = decide_by_pairs(version, pairs);
    if (!decision)
        return {IssueStatus::unknown, concat({"nothing is known of the branch of ", version.text()}), ""};
    const auto& fixed = decision->pair.fixed;
    bool has_fix = !fixed.empty() && fixed != "0" && decision->place != PairDecision::Place::before;
    return {status_of(decision->place), words_of(version, *decision), has_fix ? fixed : ""};
}

AffectedAnswer at_version(const UpstreamVersion& version, const std::vector<const AffectedRange*>& ranges) {
    std::vector<FixPair> pairs;
    for (const auto* range : ranges) {
        auto type = end_of(*range).type;
        if (type == RangeEnd::Type::fixed || type == RangeEnd::Type::open)
            pairs.push_back({range->introduced, range->fixed});
    }
    bool bug_untold = std::ranges::any_of(
        ranges, [](const auto* range) { return range->before == AffectedRange::Before::unknown; });
    if (pairs.size() == ranges.size()) {
        auto answer = by_pairs(version, pairs);
        if (!bug_untold || answer.status != IssueStatus::affected) return answer;
        return {IssueStatus::unknown, answer.reason + "; whether it has the bug is not known",
                answer.fixed_in};
    }
    KernelPackage kernel;
    kernel.version = version.text();
    kernel.stream = version.branch().text();
    return judge_by_ranges(kernel, *scheme_of("upstream"), ranges).value_or(AffectedAnswer{});
}

// Upstream's ranges, for kernels that have upstream's code.
AffectedAnswer by_upstream(const KernelPackage& kernel, const std::vector<const AffectedRange*>& ranges) {
    auto interval = interval_of(kernel);
    if (!interval) return {IssueStatus::unknown, kernel.note, ""};
    auto answer = at_version(interval->low, ranges);
    if (auto high = at_version(interval->high, ranges); high.status != answer.status) {
        answer = {IssueStatus::unknown,
                  concat({"a build between ", interval->low.text(), " and ", interval->high.text(),
                          " may be from before or after the change: ", high.reason}),
                  high.fixed_in};
    }
    if (kernel.product == "upstream") {
        if (!kernel.exact && answer.status != IssueStatus::unknown) answer.reason += " (" + kernel.note + ')';
    } else {
        answer.fixed_in.clear();
        answer.reason =
            concat({kernel.version, " is built from upstream ", kernel.upstream, "; ", answer.reason});
    }
    return answer;
}

std::vector<const AffectedRange*> ranges_of(std::string_view product,
                                            const std::vector<AffectedRange>& ranges) {
    std::vector<const AffectedRange*> own;
    for (const auto& range : ranges) {
        if (range.product == product) own.push_back(&range);
    }
    return own;
}

// Whether the kernel's base came out with or behind the mainline release that has the fix.
bool is_before_base(const AffectedRange& range, const KernelPackage& kernel) {
    auto fixed = parse_upstream(range.fixed);
    auto base = parse_upstream(kernel.upstream);
    return fixed && base && fixed->is_mainline() && *fixed <= base->branch();
}

// A vendor starts from a mainline release and all that is in it. Of several fixes in mainline it must have
// every one.
std::optional<AffectedAnswer> fixed_in_base(const KernelPackage& kernel,
                                            const std::vector<const AffectedRange*>& upstream) {
    const AffectedRange* fix = nullptr;
    for (const auto* range : upstream) {
        auto fixed = parse_upstream(range->fixed);
        if (!fixed || !fixed->is_mainline()) continue;
        if (!is_before_base(*range, kernel)) return std::nullopt;
        fix = range;
    }
    if (!fix) return std::nullopt;
    return AffectedAnswer{IssueStatus::fixed,
                          concat({"upstream fixed it in ", fix->fixed, ", before ", kernel.upstream,
                                  ", which this kernel is built on"}),
                          ""};
}

std::string words_for_none(const KernelPackage& kernel, const std::vector<const AffectedRange*>& upstream) {
    auto out = concat({"nothing is known of ", kernel.product, " kernels"});
    std::vector<std::string> fixes;
    for (const auto* range : upstream)
        if (!range->fixed.empty()) fixes.push_back(range->fixed);
    if (fixes.empty()) return out;
    return out + concat({"; upstream fixed it in ", join(fixes, ", "),
                         ", which the number of a vendor's kernel does not show"});
}

}  // namespace

AffectedAnswer is_affected(const KernelPackage& kernel, const std::vector<AffectedRange>& ranges) {
    if (!ranges_of(kAnyProduct, ranges).empty()) {
        return {IssueStatus::affected, "it does not depend on the version of the kernel", ""};
    }
    const auto* scheme = scheme_of(kernel.product);
    if (!scheme) return {IssueStatus::unknown, kernel.note, ""};
    auto own = ranges_of(kernel.product, ranges);
    auto upstream = ranges_of("upstream", ranges);
    for (const auto* range : own) {
        if (range->never) return {IssueStatus::not_affected, concat({kernel.product, " never had it"}), ""};
    }
    if (kernel.version.empty()) {
        return {IssueStatus::unknown,
                concat({"the version of this ", kernel.product, " kernel is not known: ", kernel.note}), ""};
    }
    std::optional<AffectedAnswer> answer;
    if (kernel.product != "upstream") answer = judge_by_ranges(kernel, *scheme, own);
    bool decided = answer && answer->status != IssueStatus::unknown;
    // A changelog tells of fixes; of bugs that a stable release brought, upstream's ranges tell.
    bool tells_of_fixes = std::ranges::any_of(
        own, [](const auto* range) { return range->before != AffectedRange::Before::affected; });
    if (tells_of_fixes && answer && answer->status != IssueStatus::fixed) decided = false;
    if (!decided && scheme->follows_stable && !upstream.empty()) {
        auto by_base = by_upstream(kernel, upstream);
        if (answer && by_base.status != IssueStatus::not_affected) by_base.fixed_in = answer->fixed_in;
        if (!answer || by_base.status != IssueStatus::unknown) return by_base;
    }
    if (answer) return *answer;
    if (auto base = fixed_in_base(kernel, upstream)) return *base;
    return {IssueStatus::unknown, words_for_none(kernel, upstream), ""};
}

}  // namespace inquest
