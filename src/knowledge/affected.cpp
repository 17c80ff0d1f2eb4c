#include <algorithm>

#include "base/text.h"
#include "knowledge/pairs.h"
#include "knowledge/scheme.h"

namespace inquest {

namespace {

enum class Place : std::uint8_t {
    inside,     // in the range
    untold,     // what is known of the kernel or of the fix does not decide
    elsewhere,  // the bound is of another stream, which says nothing of the kernel's
    past,       // behind its end
    before,     // in front of its beginning
};

struct Placed {
    Place place;
    std::string words;
    std::string fixed_in;
    bool own_stream = false;
};

// Where one range ends, and what that means.
struct End {
    enum class Type : std::uint8_t { open, fixed, last_affected, fixed_after } type;
    std::string_view version;
};

End end_of(const AffectedRange& range) {
    if (!range.fixed.empty()) return {End::Type::fixed, range.fixed};
    if (!range.last_affected.empty()) return {End::Type::last_affected, range.last_affected};
    if (!range.fixed_after.empty()) return {End::Type::fixed_after, range.fixed_after};
    return {End::Type::open, {}};
}

using Words = std::initializer_list<std::string_view>;
std::string say(Words words) {
    std::string out;
    for (auto word : words) out += word;
    return out;
}

class Judge {
  public:
    Judge(const KernelPackage& kernel, const KernelScheme& scheme) : kernel_(kernel), scheme_(scheme) {}

    [[nodiscard]] Placed place(const AffectedRange& range) const {
        if (!range.introduced.empty()) {
            if (auto placed = place_before(range)) return *placed;
        }
        auto end = end_of(range);
        if (end.type == End::Type::open) return {Place::inside, words_of_open(range), "", true};
        auto order = scheme_.compare(kernel_, end.version);
        bool own = own_stream(end.version);
        if (order == std::partial_ordering::unordered) return untold(end.version, range.fixed, own);
        if (!own && !counts(order)) return elsewhere(end.version);
        auto placed = place_at_end(end, order);
        placed.fixed_in = range.fixed;
        placed.own_stream = own;
        if (!own && placed.place == Place::inside) {
            placed.words += say({"; no fix is known in the ", kernel_.stream, " stream itself"});
        }
        return placed;
    }

  private:
    [[nodiscard]] bool own_stream(std::string_view bound) const {
        return !scheme_.stream_of || scheme_.stream_of(bound) == kernel_.stream;
    }

    [[nodiscard]] bool counts(std::partial_ordering order) const {
        return order < 0 ? scheme_.lacks_newer_fixes : scheme_.inherits_fixes;
    }

    [[nodiscard]] Placed untold(std::string_view bound, const std::string& fixed, bool own) const {
        auto why = kernel_.note.empty() ? std::string_view("the version is not exact")
                                        : std::string_view(kernel_.note);
        return {Place::untold, say({kernel_.version, " cannot be compared with ", bound, ": ", why}), fixed,
                own};
    }

    [[nodiscard]] Placed elsewhere(std::string_view bound) const {
        return {Place::elsewhere,
                say({kernel_.version, " is of the ", kernel_.stream, " stream, and ", bound, " of another"}),
                ""};
    }

    // nullopt: the kernel is not in front of the range.
    [[nodiscard]] std::optional<Placed> place_before(const AffectedRange& range) const {
        auto order = scheme_.compare(kernel_, range.introduced);
        bool own = own_stream(range.introduced);
        if (order >= 0) return std::nullopt;
        if (order == std::partial_ordering::unordered) return untold(range.introduced, "", own);
        if (!own && !scheme_.lacks_newer_fixes && !scheme_.inherits_fixes) return elsewhere(range.introduced);
        return Placed{Place::before,
                      say({kernel_.version, " is older than ", range.introduced, ", which brought it"}), "",
                      own};
    }

    [[nodiscard]] Placed place_at_end(const End& end, std::partial_ordering order) const {
        const std::string& version = kernel_.version;
        bool equal = order == 0;
        switch (end.type) {
            case End::Type::last_affected:
                if (equal)
                    return {Place::inside, say({version, " is the last version known to have it"}), ""};
                if (order < 0) {
                    return {Place::inside,
                            say({version, " is older than ", end.version, ", the last known to have it"}),
                            ""};
                }
                return {Place::past,
                        say({version, " is newer than ", end.version, ", the last known to have it"}), ""};
            case End::Type::fixed_after:
                if (order > 0) {
                    return {Place::untold,
                            say({version, " is newer than ", end.version,
                                 "; a later version has the fix, it is not known which"}),
                            ""};
                }
                if (equal)
                    return {Place::inside, say({version, " has it; some later version has the fix"}), ""};
                return {Place::inside, say({version, " is older than ", end.version, ", which still has it"}),
                        ""};
            default:
                break;
        }
        if (order < 0)
            return {Place::inside, say({version, " is older than ", end.version, ", where it was fixed"}),
                    ""};
        if (equal) return {Place::past, say({version, " is the version in which it was fixed"}), ""};
        return {Place::past, say({version, " is newer than ", end.version, ", where it was fixed"}), ""};
    }

    [[nodiscard]] std::string words_of_open(const AffectedRange& range) const {
        if (range.introduced.empty())
            return say({"no version of ", range.product, " is known to have a fix"});
        return say({kernel_.version, " is not older than ", range.introduced,
                    ", which brought it, and no fix is known"});
    }

    const KernelPackage& kernel_;
    const KernelScheme& scheme_;
};

IssueStatus status_of(Place place) {
    switch (place) {
        case Place::inside:
            return IssueStatus::affected;
        case Place::past:
            return IssueStatus::fixed;
        case Place::before:
            return IssueStatus::not_affected;
        default:
            return IssueStatus::unknown;
    }
}

// By the product's own ranges: those of its stream when there are any. A range that holds the kernel
// outweighs those that do not, and the lowest fix of several is the one to go to.
std::optional<AffectedAnswer> by_ranges(const KernelPackage& kernel, const KernelScheme& scheme,
                                        const std::vector<const AffectedRange*>& ranges) {
    std::vector<Placed> all;
    const Judge judge(kernel, scheme);
    for (const auto* range : ranges) all.push_back(judge.place(*range));
    auto decides_in_stream = [](const Placed& placed) {
        return placed.own_stream && placed.place != Place::before;
    };
    if (std::ranges::any_of(all, decides_in_stream)) {
        std::erase_if(all, [](const Placed& placed) { return !placed.own_stream; });
    }
    const Placed* best = nullptr;
    for (const auto& placed : all) {
        bool lower_fix = best && placed.place == best->place && placed.place == Place::inside &&
                         !placed.fixed_in.empty() && compare_rpm(placed.fixed_in, best->fixed_in) < 0;
        if (!best || placed.place < best->place || lower_fix) best = &placed;
    }
    if (!best) return std::nullopt;
    return AffectedAnswer{status_of(best->place), best->words, best->fixed_in};
}

std::string words_of(const UpstreamVersion& version, const PairDecision& decision) {
    auto text = version.text();
    switch (decision.place) {
        case PairDecision::Place::past:
            return say({text, version == parse_upstream(decision.pair.fixed) ? " is " : " is not older than ",
                        decision.pair.fixed, ", where it was fixed"});
        case PairDecision::Place::before:
            return say({text, " is older than ", decision.pair.introduced, ", which brought it"});
        default:
            break;
    }
    if (decision.pair.fixed.empty() || decision.pair.fixed == "0") {
        return say({text, " has it, and no fix is known on its branch"});
    }
    return say({text, " is older than ", decision.pair.fixed, ", where it was fixed"});
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

AffectedAnswer by_pairs(const Interval& interval, const std::vector<FixPair>& pairs) {
    auto low = decide_by_pairs(interval.low, pairs);
    auto high = decide_by_pairs(interval.high, pairs);
    if (!low || !high)
        return {IssueStatus::unknown, say({"nothing is known of the branch of ", interval.low.text()}), ""};
    if (low->place != high->place) {
        return {IssueStatus::unknown,
                say({"a build between ", interval.low.text(), " and ", interval.high.text(),
                     " may be from before or after the change: ", words_of(interval.high, *high)}),
                ""};
    }
    bool has_fix =
        !low->pair.fixed.empty() && low->pair.fixed != "0" && low->place != PairDecision::Place::before;
    return {status_of(low->place), words_of(interval.low, *low), has_fix ? low->pair.fixed : ""};
}

// Upstream's ranges, for kernels that have upstream's code.
AffectedAnswer by_upstream(const KernelPackage& kernel, const std::vector<const AffectedRange*>& ranges) {
    auto interval = interval_of(kernel);
    if (!interval) return {IssueStatus::unknown, kernel.note, ""};
    std::vector<FixPair> pairs;
    for (const auto* range : ranges) {
        auto type = end_of(*range).type;
        if (type == End::Type::fixed || type == End::Type::open)
            pairs.push_back({range->introduced, range->fixed});
    }
    AffectedAnswer answer;
    if (pairs.size() == ranges.size()) {
        answer = by_pairs(*interval, pairs);
    } else {
        KernelPackage base = kernel;
        base.version = interval->low.text();
        base.stream = interval->low.branch().text();
        answer = by_ranges(base, *scheme_of("upstream"), ranges).value_or(AffectedAnswer{});
    }
    if (kernel.product == "upstream") {
        if (!kernel.exact && answer.status != IssueStatus::unknown) answer.reason += " (" + kernel.note + ')';
    } else {
        answer.fixed_in.clear();
        answer.reason =
            say({kernel.version, " is built from upstream ", kernel.upstream, "; ", answer.reason});
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

std::string words_for_none(const KernelPackage& kernel, const std::vector<const AffectedRange*>& upstream) {
    auto out = say({"nothing is known of ", kernel.product, " kernels"});
    if (upstream.empty()) return out;
    std::vector<std::string> fixes;
    for (const auto* range : upstream) {
        if (!range->fixed.empty()) fixes.push_back(range->fixed);
    }
    if (!fixes.empty()) out += "; upstream fixed it in " + join(fixes, ", ");
    return out + ", which the number of a vendor's kernel does not show";
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
        if (range->never) return {IssueStatus::not_affected, say({kernel.product, " never had it"}), ""};
    }
    if (kernel.version.empty()) {
        return {IssueStatus::unknown,
                say({"the version of this ", kernel.product, " kernel is not known: ", kernel.note}), ""};
    }
    std::optional<AffectedAnswer> answer;
    if (kernel.product != "upstream") answer = by_ranges(kernel, *scheme, own);
    bool decided = answer && answer->status != IssueStatus::unknown;
    if (!decided && scheme->follows_stable && !upstream.empty()) {
        auto by_base = by_upstream(kernel, upstream);
        if (!answer || by_base.status != IssueStatus::unknown) return by_base;
    }
    if (answer) return *answer;
    return {IssueStatus::unknown, words_for_none(kernel, kernel.product == "upstream" ? own : upstream), ""};
}

std::string in_words(const AffectedRange& range) {
    std::string out = range.product + ": ";
    if (range.never) return out + "never had it";
    if (!range.introduced.empty()) out += "from " + range.introduced + " on, ";
    auto end = end_of(range);
    switch (end.type) {
        case End::Type::fixed:
            return out + say({"fixed in ", end.version});
        case End::Type::last_affected:
            return out + say({end.version, " is the last known to have it"});
        case End::Type::fixed_after:
            return out + say({"fixed in some version after ", end.version});
        default:
            return out + "no fix is known";
    }
}

}  // namespace inquest
