// Upstream's fixes, one pair of versions a branch: which of them decides about a version.
#pragma once

#include <optional>
#include <vector>

#include "knowledge/upstream_version.h"
#include "knowledge/version.h"

namespace inquest {

struct PairDecision {
    enum class Place : std::uint8_t {
        before,
        inside,
        past
    } place;       // before the bug came, with it, with the fix
    FixPair pair;  // that says so
};

// A release candidate is taken to be older than all that came in its cycle. nullopt: no pair speaks of the
// version.
std::optional<PairDecision> decide_by_pairs(const UpstreamVersion& version,
                                            const std::vector<FixPair>& pairs);

}  // namespace inquest
