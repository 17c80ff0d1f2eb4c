#include "knowledge/ranges.h"

#include <algorithm>

namespace inquest {

namespace {

// The strongest statement first.
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

class Judge {
  public:
    Judge(const KernelPackage& kernel, const KernelScheme& scheme) : kernel_(kernel), scheme_(scheme) {}

    [[nodiscard]] Placed place(const AffectedRange& range) const {
        if (!range.introduced.empty()) {
            if (auto placed = place_before(range)) return *placed;
        }
        auto end = end_of(range);
        if (end.type == RangeEnd::Type::open) return {Place::inside, words_of_open(range), "", true};
        auto order = scheme_.compare(kernel_, end.version);
        bool own = own_stream(end.version);
        if (order == std::partial_ordering::unordered) return untold(end.version, range.fixed, own);
        if (!own && !counts(order)) return elsewhere(end.version);
        auto placed = place_at_end(end, order);
        placed.fixed_in = range.fixed;
        placed.own_stream = own;
        if (placed.place == Place::inside && range.introduced.empty()) {
            if (range.before == AffectedRange::Before::unknown) return unknown_before(range);
            if (range.before == AffectedRange::Before::affected_in_stream && !own) return other_stream(range);
        }
        if (!own && placed.place == Place::inside) {
            placed.words += concat({"; no fix is known in the ", kernel_.stream, " stream itself"});
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
        return {Place::untold, concat({kernel_.version, " cannot be compared with ", bound, ": ", why}),
                fixed, own};
    }

    [[nodiscard]] Placed elsewhere(std::string_view bound) const {
        return {Place::elsewhere,
                concat({"nothing is known of the ", kernel_.stream, " stream that ", kernel_.version,
                        " is of; ", bound, " is of another"}),
                ""};
    }

    [[nodiscard]] Placed unknown_before(const AffectedRange& range) const {
        return {Place::untold,
                concat({kernel_.version, " is older than ", range.fixed,
                        ", which has the fix; whether it has the bug is not known"}),
                range.fixed};
    }

    [[nodiscard]] Placed other_stream(const AffectedRange& range) const {
        return {Place::untold,
                concat({kernel_.version, " is older than ", range.fixed, ", which has the fix; whether the ",
                        kernel_.stream, " stream has the bug, or a fix of its own, is not known"}),
                range.fixed};
    }

    // nullopt: the kernel is not in front of the range.
    [[nodiscard]] std::optional<Placed> place_before(const AffectedRange& range) const {
        auto order = scheme_.compare(kernel_, range.introduced);
        bool own = own_stream(range.introduced);
        if (order >= 0) return std::nullopt;
        if (order == std::partial_ordering::unordered) return untold(range.introduced, "", own);
        if (!own && !scheme_.lacks_newer_fixes && !scheme_.inherits_fixes) return elsewhere(range.introduced);
        return Placed{Place::before,
                      concat({kernel_.version, " is older than ", range.introduced, ", which brought it"}),
                      "", own};
    }

    [[nodiscard]] Placed place_at_end(const RangeEnd& end, std::partial_ordering order) const {
        const std::string& version = kernel_.version;
        bool equal = order == 0;
        switch (end.type) {
            case RangeEnd::Type::last_affected:
                if (equal)
                    return {Place::inside, concat({version, " is the last version known to have it"}), ""};
                if (order < 0) {
                    return {Place::inside,
                            concat({version, " is older than ", end.version, ", the last known to have it"}),
                            ""};
                }
                return {Place::past,
                        concat({version, " is newer than ", end.version, ", the last known to have it"}), ""};
            case RangeEnd::Type::fixed_after:
                if (order > 0) {
                    return {Place::untold,
                            concat({version, " is newer than ", end.version,
                                    "; a later version has the fix, it is not known which"}),
                            ""};
                }
                if (equal)
                    return {Place::inside, concat({version, " has it; some later version has the fix"}), ""};
                return {Place::inside,
                        concat({version, " is older than ", end.version, ", which still has it"}), ""};
            default:
                break;
        }
        if (order < 0)
            return {Place::inside, concat({version, " is older than ", end.version, ", where it was fixed"}),
                    ""};
        if (equal) return {Place::past, concat({version, " is the version in which it was fixed"}), ""};
        return {Place::past, concat({version, " is newer than ", end.version, ", where it was fixed"}), ""};
    }

    [[nodiscard]] std::string words_of_open(const AffectedRange& range) const {
        if (range.introduced.empty())
            return concat({"no version of ", range.product, " is known to have a fix"});
        return concat({kernel_.version, " is not older than ", range.introduced,
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

}  // namespace

std::string concat(std::initializer_list<std::string_view> pieces) {
    std::string out;
    for (auto piece : pieces) out += piece;
    return out;
}

RangeEnd end_of(const AffectedRange& range) {
    using Type = RangeEnd::Type;
    if (!range.fixed.empty()) return {Type::fixed, range.fixed};
    if (!range.last_affected.empty()) return {Type::last_affected, range.last_affected};
    if (!range.fixed_after.empty()) return {Type::fixed_after, range.fixed_after};
    return {Type::open, {}};
}

std::optional<AffectedAnswer> judge_by_ranges(const KernelPackage& kernel, const KernelScheme& scheme,
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

std::string in_words(const AffectedRange& range) {
    std::string out = range.product + ": ";
    if (range.never) return out + "never had it";
    if (!range.introduced.empty()) out += "from " + range.introduced + " on, ";
    auto end = end_of(range);
    switch (end.type) {
        case RangeEnd::Type::fixed:
            return out + concat({"fixed in ", end.version});
        case RangeEnd::Type::last_affected:
            return out + concat({end.version, " is the last known to have it"});
        case RangeEnd::Type::fixed_after:
            return out + concat({"fixed in some version after ", end.version});
        default:
            return out + "no fix is known";
    }
}

}  // namespace inquest
