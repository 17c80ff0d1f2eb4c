#include "knowledge/pairs.h"

#include <algorithm>

namespace inquest {

namespace {

using Place = PairDecision::Place;

// A pair with its versions read. Introduced "0" or "": always there; not a version: it is read as that too.
struct Pair {
    const FixPair* source;
    UpstreamVersion introduced;
    std::optional<UpstreamVersion> fixed;

    explicit Pair(const FixPair& pair)
        : source(&pair), introduced(parse_upstream(pair.introduced).value_or(UpstreamVersion{})) {
        if (!pair.fixed.empty() && pair.fixed != "0") fixed = parse_upstream(pair.fixed);
    }
    // A bug that a backport brought to one stable branch says nothing of other branches.
    [[nodiscard]] bool from_mainline() const { return introduced.is_mainline(); }
};

PairDecision place(const UpstreamVersion& version, const Pair& pair) {
    if (version < pair.introduced) return {Place::before, *pair.source};
    bool fixed = pair.fixed && version >= *pair.fixed;
    return {fixed ? Place::past : Place::inside, *pair.source};
}

// The strongest statement of pairs that each hold for themselves.
std::optional<PairDecision> strongest(const UpstreamVersion& version, const std::vector<Pair>& pairs) {
    std::optional<PairDecision> best;
    for (const auto& pair : pairs) {
        auto found = place(version, pair);
        bool stronger = !best || found.place == Place::inside ||
                        (found.place == Place::past && best->place == Place::before);
        if (stronger) best = found;
        if (found.place == Place::inside) break;
    }
    return best;
}

}  // namespace

std::optional<PairDecision> decide_by_pairs(const UpstreamVersion& version,
                                            const std::vector<FixPair>& pairs) {
    const auto branch = version.branch();
    const auto on_mainline = version.is_candidate() ? version : branch;
    std::vector<Pair> fixed_here, unfixed_here, mainline, unfixed_mainline, stable_only;
    for (const auto& source : pairs) {
        Pair pair(source);
        if (pair.fixed && pair.fixed->branch() == branch) {
            fixed_here.push_back(pair);
        } else if (!pair.fixed && !pair.from_mainline() && pair.introduced.branch() == branch) {
            unfixed_here.push_back(pair);
        } else if (pair.from_mainline()) {
            auto& list = !pair.fixed ? unfixed_mainline : pair.fixed->is_mainline() ? mainline : stable_only;
            list.push_back(pair);
        }
    }
    if (!fixed_here.empty()) {
        // Several fixes on one branch: the last one is what it took.
        auto last = *std::ranges::max_element(fixed_here, {}, [](const Pair& pair) { return *pair.fixed; });
        last.introduced = std::ranges::min(fixed_here, {}, &Pair::introduced).introduced;
        return place(version, last);
    }
    if (auto decision = strongest(version, unfixed_here); decision && decision->place == Place::inside)
        return decision;
    if (auto decision = strongest(on_mainline, mainline)) return decision;
    if (auto decision = strongest(on_mainline, unfixed_mainline)) return decision;
    // With fixes on other stable branches alone, mainline's is not told.
    if (!stable_only.empty() || pairs.empty()) return std::nullopt;
    // The bug came to other stable branches only.
    return PairDecision{Place::before, pairs.front()};
}

std::optional<bool> affected_by_pairs(std::string_view upstream_version, const std::vector<FixPair>& pairs) {
    auto version = parse_upstream(upstream_version);
    if (!version) return std::nullopt;
    auto decision = decide_by_pairs(version->release(), pairs);
    if (!decision) return std::nullopt;
    bool affected = decision->place == Place::inside;
    if (!version->is_candidate()) return affected;
    // What came in this release's cycle, the bug or the fix, may or may not be in the candidate yet.
    auto earlier = decide_by_pairs(*version, pairs);
    if (!earlier || (earlier->place == Place::inside) != affected) return std::nullopt;
    return affected;
}

}  // namespace inquest
