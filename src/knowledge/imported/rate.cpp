#include <algorithm>
#include <array>
#include <cmath>

#include "knowledge/imported/rank.h"

namespace inquest {
namespace {

// A logistic regression on crashes of the kernel CNA's records, changed as builds and consoles change them:
// tests/eval/measure_known_issues.py --fit prints the weights. Three crashes of bugs that the catalogue does
// not have stood against each one that it has, since most crashes in the field are of that sort.
struct Fit {
    double base = -15.78;
    double matched = 0.48;  // of log(1 + matched)
    double low_share = 3.64, high_share = 9.17;
    double guilty = 2.42;
    double same_kind = 2.04;
    double innermost = 0.92;
    double rival = -1.98;  // of the fourth power of the best rival's score over one's own
};

constexpr double kHighest = 0.97;
// With one or two functions in common, however rare, another bug in them is about as likely; more so where
// none of them is of the code that the fix changed.
constexpr double kOneFunction = 0.6, kTwoFunctions = 0.75;
constexpr double kOneFunctionElsewhere = 0.35, kTwoFunctionsElsewhere = 0.6;
// A stall and a lack of memory show who waits, not who makes him wait: nothing, when the fix is elsewhere.
constexpr double kVictim = 0.6, kVictimElsewhere = 0.3;

double highest_for(const RankedCrash& one) {
    if (one.victim) return one.at_home ? kVictim : kVictimElsewhere;
    if (one.functions.size() < 2) return one.at_home ? kOneFunction : kOneFunctionElsewhere;
    if (one.functions.size() < 3) return one.at_home ? kTwoFunctions : kTwoFunctionsElsewhere;
    return kHighest;
}

// What the regression says against how often it was right: in the middle it is too sure, since a fix of
// another path to the same place looks much like the right one.
double calibrated(double said) {
    struct Knot {
        double said, right;
    };
    static constexpr std::array<Knot, 8> kKnots{
        {{0, 0}, {0.30, 0.17}, {0.45, 0.36}, {0.58, 0.40}, {0.63, 0.61}, {0.70, 0.74}, {0.90, 0.90}, {1, 1}}};
    auto above = std::ranges::find_if(kKnots, [&](const Knot& knot) { return said <= knot.said; });
    if (above == kKnots.begin() || above == kKnots.end()) return said;
    const Knot& below = *(above - 1);
    return below.right + (said - below.said) * (above->right - below.right) / (above->said - below.said);
}

double confidence_of(const RankedCrash& one, double rival) {
    static constexpr Fit kFit;
    auto [low, high] = std::minmax(one.event_share, one.crash_share);
    double sum = kFit.base + kFit.matched * std::log1p(one.matched) + kFit.low_share * low +
                 kFit.high_share * high + kFit.guilty * one.guilty +
                 (one.kind == KindFit::same ? kFit.same_kind : 0) + (one.innermost ? kFit.innermost : 0) +
                 kFit.rival * std::pow(rival, 4);
    return std::min(calibrated(1 / (1 + std::exp(-sum))), highest_for(one));
}

}  // namespace

void rate(std::vector<RankedCrash>& ranked) {
    for (std::size_t i = 0; i < ranked.size(); ++i) {
        std::size_t other = i == 0 ? 1 : 0;
        double rival =
            other < ranked.size() && ranked[i].score > 0 ? ranked[other].score / ranked[i].score : 0;
        ranked[i].confidence = confidence_of(ranked[i], std::min(rival, 1.0));
    }
}

}  // namespace inquest
