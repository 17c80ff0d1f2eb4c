#include "knowledge/imported/rank.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "base/text.h"

namespace inquest {
namespace {

constexpr std::size_t kCompared = 16;        // crashes that are compared frame by frame
constexpr double kFewestCommon = 16;         // crashes that make a function common, whatever the size
constexpr double kShareOfCommon = 1.0 / 80;  // ... of a large catalogue
constexpr double kUnknownWeight = 0.8;       // of a function that no quoted crash has

// A function of a trace, known to the catalogue or not.
struct Step {
    std::uint32_t function;
    double weight;
};
constexpr std::uint32_t kUnknown = UINT32_MAX;

std::vector<Step> steps_of(const Catalogue& catalogue, const CrashShape& event) {
    std::vector<Step> steps;
    steps.reserve(event.functions.size());
    for (const auto& name : event.functions) {
        auto function = catalogue.function(name);
        double weight = function ? weight_of(catalogue, *function) : kUnknownWeight;
        if (weight > 0) steps.push_back({function.value_or(kUnknown), weight});
    }
    return steps;
}

std::vector<Step> steps_of(const Catalogue& catalogue, std::uint32_t crash) {
    std::vector<Step> steps;
    for (auto function : catalogue.frames(crash))
        if (double weight = weight_of(catalogue, function); weight > 0) steps.push_back({function, weight});
    return steps;
}

double sum(const std::vector<Step>& steps) {
    return std::accumulate(steps.begin(), steps.end(), 0.0,
                           [](double total, const Step& step) { return total + step.weight; });
}

// The crashes that share most weight with the event, in whatever order.
std::vector<std::uint32_t> most_shared(const Catalogue& catalogue, const std::vector<Step>& event,
                                       std::optional<std::uint32_t> guilty) {
    std::vector<float> shared(catalogue.crashes());
    std::vector<std::uint32_t> touched;
    auto add = [&](std::uint32_t function, double weight) {
        auto postings = catalogue.postings(function);
        for (auto i = postings.first; i < postings.last; ++i) {
            auto crash = catalogue.posting(i);
            if (crash >= shared.size()) continue;
            if (shared[crash] == 0) touched.push_back(crash);
            shared[crash] += static_cast<float>(weight);
        }
    };
    for (std::size_t i = 0; i < event.size(); ++i) {
        bool again = std::any_of(event.begin(), event.begin() + static_cast<std::ptrdiff_t>(i),
                                 [&](const Step& step) { return step.function == event[i].function; });
        if (event[i].function != kUnknown && !again) add(event[i].function, event[i].weight);
    }
    if (guilty)
        if (double weight = weight_of(catalogue, *guilty); weight > 0) add(*guilty, weight / 2);
    auto better = [&](std::uint32_t a, std::uint32_t b) {
        return shared[a] != shared[b] ? shared[a] > shared[b] : a < b;
    };
    auto end = touched.begin() + static_cast<std::ptrdiff_t>(std::min(kCompared, touched.size()));
    std::partial_sort(touched.begin(), end, touched.end(), better);
    touched.erase(end, touched.end());
    return touched;
}

// The heaviest common subsequence.
void compare(RankedCrash& ranked, const std::vector<Step>& event, const std::vector<Step>& crash) {
    static constexpr std::size_t kSide = CrashShape::kMaxFunctions + 1;
    std::array<std::array<double, kSide>, kSide> best;
    std::size_t rows = std::min(event.size(), kSide - 1);
    std::size_t columns = std::min(crash.size(), kSide - 1);
    for (std::size_t j = 0; j <= columns; ++j) best[rows][j] = 0;
    for (std::size_t i = rows; i-- > 0;) {
        best[i][columns] = 0;
        for (std::size_t j = columns; j-- > 0;) {
            best[i][j] = std::max(best[i + 1][j], best[i][j + 1]);
            if (event[i].function == crash[j].function)
                best[i][j] = std::max(best[i][j], best[i + 1][j + 1] + event[i].weight);
        }
    }
    ranked.matched = best[0][0];
    for (std::size_t i = 0, j = 0; i < rows && j < columns;) {
        if (event[i].function == crash[j].function && best[i][j] == best[i + 1][j + 1] + event[i].weight) {
            ranked.functions.push_back(event[i].function);
            ++i, ++j;
        } else if (best[i][j] == best[i + 1][j]) {
            ++i;
        } else {
            ++j;
        }
    }
    ranked.innermost = rows > 0 && columns > 0 && event[0].function == crash[0].function;
}

// "qla" of "qla24xx_async_abort_cmd" and of "qla_bsg.c": what drivers put before their names.
std::string_view first_letters(std::string_view name) {
    auto end = std::ranges::find_if_not(name, is_alpha);
    return name.substr(0, static_cast<std::size_t>(end - name.begin()));
}

// "fs/btrfs/transaction.c" is the home of functions that have "btrfs" or "transaction" in their names, or
// begin with the same letters as the file.
bool is_at_home(const Catalogue& catalogue, const RankedCrash& ranked) {
    static constexpr std::size_t kShortest = 4;
    static constexpr std::size_t kShortestPrefix = 3;
    auto named_after = [&](std::string_view part) {
        part = part.substr(0, part.find('.'));
        auto prefix = first_letters(part);
        return std::ranges::any_of(ranked.functions, [&](std::uint32_t function) {
            auto name = catalogue.name(function);
            return (part.size() >= kShortest && name.find(part) != std::string_view::npos) ||
                   (prefix.size() >= kShortestPrefix && first_letters(name) == prefix);
        });
    };
    for (auto file : catalogue.files(ranked.issue)) {
        auto parts = split(file, '/');
        if (named_after(parts.back()) || (parts.size() > 2 && named_after(parts[parts.size() - 2])))
            return true;
    }
    return false;
}

double share(double part, double whole) { return whole > 0 ? std::min(part / whole, 1.0) : 0; }

}  // namespace

Popularity popularity_of(const Catalogue& catalogue, std::uint32_t function) {
    static constexpr std::uint32_t kLarge = 1000;
    Popularity all{catalogue.postings(function).size(), catalogue.crashes()};
    if (all.of >= kLarge) return all;
    const Catalogue& known = Catalogue::built_in();
    if (auto same = known.function(catalogue.name(function))) all.crashes += known.postings(*same).size();
    all.of += known.crashes();
    return all;
}

double weight_of(const Catalogue& catalogue, std::uint32_t function) {
    auto popularity = popularity_of(catalogue, function);
    double common = std::max(kFewestCommon, popularity.of * kShareOfCommon);
    double crashes = popularity.crashes;
    return crashes < 1 ? 0 : std::max(0.0, 1 - std::log2(crashes) / std::log2(common));
}

std::vector<RankedCrash> rank(const Catalogue& catalogue, const CrashShape& event) {
    std::vector<RankedCrash> all;
    if (catalogue.crashes() == 0) return all;
    const auto steps = steps_of(catalogue, event);
    const auto guilty = event.guilty.empty() ? std::nullopt : catalogue.function(event.guilty);
    const double event_weight = sum(steps);
    for (auto crash : most_shared(catalogue, steps, guilty)) {
        RankedCrash ranked{.issue = catalogue.issue_of(crash), .crash = crash};
        ranked.kind = fit_of(event.kind, catalogue.kind(crash));
        ranked.victim = shows_a_victim(event.kind);
        if (ranked.kind == KindFit::foreign) continue;
        const auto quoted = steps_of(catalogue, crash);
        compare(ranked, steps, quoted);
        ranked.at_home = is_at_home(catalogue, ranked);
        ranked.event_share = share(ranked.matched, event_weight);
        ranked.crash_share = share(ranked.matched, sum(quoted));
        if (guilty && guilty == catalogue.guilty(crash)) ranked.guilty = weight_of(catalogue, *guilty);
        ranked.score = ranked.matched * (0.5 + (ranked.event_share + ranked.crash_share) / 4) +
                       ranked.guilty / 2 + (ranked.innermost ? 0.2 : 0) +
                       (ranked.kind == KindFit::same ? 0.2 : 0);
        auto known = std::ranges::find(all, ranked.issue, &RankedCrash::issue);
        if (known == all.end())
            all.push_back(std::move(ranked));
        else if (known->score < ranked.score)
            *known = std::move(ranked);
    }
    std::ranges::stable_sort(all, std::ranges::greater{}, &RankedCrash::score);
    if (all.size() > kMaxRanked) all.resize(kMaxRanked);
    return all;
}

}  // namespace inquest
