// Which imported issues quote a crash like this one.
#pragma once

#include <cstdint>
#include <vector>

#include "knowledge/imported/catalogue.h"

namespace inquest {

// A function weighs from 1, when a single quoted crash has it, down to 0, when so many have it (schedule,
// kasan_report, refcount_warn_saturate) that it tells none from the others.
struct RankedCrash {
    std::uint32_t issue = 0, crash = 0;
    std::vector<std::uint32_t> functions;  // found in both in this order, those without weight left out
    double matched = 0;                    // their weights
    double event_share = 0;                // ... of all that the event has
    double crash_share = 0;                // ... of all that the quoted crash has
    double guilty = 0;                     // weight of the function to blame where it is the same, else 0
    KindFit kind = KindFit::related;
    bool victim = false;     // such an event shows who suffers from the bug, not who has it
    bool at_home = false;    // a function in common is named after a file of the fix, or its folder
    bool innermost = false;  // the innermost function with weight is the same
    double score = 0;        // what they are ranked by
    Confidence confidence = 0;
};

inline constexpr std::size_t kMaxRanked = 8;

// The best first, each issue once, at most kMaxRanked; without what cannot be the same kind of crash.
std::vector<RankedCrash> rank(const Catalogue& catalogue, const CrashShape& event);

// Fills in the confidences: how often an issue that fits so well, with rivals that fit so well, was the right
// one (docs/evaluation-known-issues.md tells how that was measured).
void rate(std::vector<RankedCrash>& ranked);

// In how many quoted crashes a function is. A small catalogue cannot tell what is rare: that of the program
// is counted with it.
struct Popularity {
    std::uint32_t crashes = 0, of = 0;
};
Popularity popularity_of(const Catalogue& catalogue, std::uint32_t function);

// 0 to 1.
double weight_of(const Catalogue& catalogue, std::uint32_t function);

}  // namespace inquest
