#include "knowledge/matcher.h"

#include <algorithm>

namespace inquest {
namespace {

using Type = Condition::Type;
using Role = Condition::Role;

constexpr double kPartly = 0.7;      // of a condition that holds by doubtful frames
constexpr double kSilent = 0.5;      // of a supporting condition's weight, when the event cannot show it
constexpr double kCorrupted = 0.95;  // of the score of an event that is cut or interleaved

// The sets of functions, one of which an event must hold to match: the alternatives of `function`, of
// `caller`, and of each place of `frames`.
std::vector<std::vector<std::string>> function_sets(const std::vector<CompiledCondition>& signature) {
    std::vector<std::vector<std::string>> sets;
    for (const auto& condition : signature) {
        if (condition.role != Role::required) continue;
        if (condition.type == Type::function || condition.type == Type::caller) sets.push_back(condition.any);
        sets.insert(sets.end(), condition.places.begin(), condition.places.end());
    }
    return sets;
}

}  // namespace

Matcher::Matcher(const std::vector<Issue>& issues) {
    std::unordered_map<std::string, std::size_t> popularity;
    for (const Issue& issue : issues) {
        Signature& signature = signatures_.emplace_back();
        for (const Condition& condition : issue.signature) signature.emplace_back(condition);
        // What excludes is asked first, then what is required: most events fail there.
        std::ranges::stable_sort(signature, {}, [](const CompiledCondition& condition) {
            return condition.role == Role::excluding ? -1 : static_cast<int>(condition.role);
        });
        for (const auto& set : function_sets(signature))
            for (const auto& name : set) ++popularity[name];
    }
    for (std::uint32_t issue = 0; issue < signatures_.size(); ++issue) enter(issue, popularity);
}

void Matcher::enter(std::uint32_t issue, const std::unordered_map<std::string, std::size_t>& popularity) {
    const Signature& signature = signatures_[issue];
    auto cost = [&](const std::vector<std::string>& set) {
        std::size_t total = 0;
        for (const auto& name : set) total += popularity.at(name);
        return total;
    };
    if (auto sets = function_sets(signature); !sets.empty()) {
        for (const auto& name : *std::ranges::min_element(sets, {}, cost)) by_rarest_[name].push_back(issue);
        for (const auto& set : sets)
            for (const auto& name : set) by_any_[name].push_back(issue);
        return;
    }
    auto kind = std::ranges::find_if(
        signature, [](const auto& c) { return c.type == Type::kind && c.role == Role::required; });
    if (kind == signature.end()) {
        anywhere_.push_back(issue);
    } else {
        for (const auto& name : kind->any) by_kind_[name].push_back(issue);
    }
}

std::vector<std::uint32_t> Matcher::candidates(const EventView& view) const {
    std::vector<std::uint32_t> issues(anywhere_);
    auto add = [&](const Index& index, std::string_view key) {
        if (auto found = index.find(key); found != index.end())
            issues.insert(issues.end(), found->second.begin(), found->second.end());
    };
    add(by_kind_, name_of(view.event.kind));
    bool cut = view.event.trace.empty() || view.function.empty();
    for (const auto& function : view.functions) add(cut ? by_any_ : by_rarest_, function.name);
    std::ranges::sort(issues);
    issues.erase(std::ranges::unique(issues).begin(), issues.end());
    return issues;
}

double Matcher::score(const Signature& signature, const EventView& view) {
    double possible = 0;
    double matched = 0;
    bool identified = false;
    for (const auto& condition : signature) {
        Answer answer = condition.ask(view);
        if (condition.role == Role::excluding) {
            if (answer == Answer::yes || answer == Answer::partly) return 0;
            continue;
        }
        bool required = condition.role == Role::required;
        if (required && answer == Answer::no) return 0;
        bool holds = answer == Answer::yes || answer == Answer::partly;
        if (condition.type == Type::offset && !holds) continue;  // offsets only add
        possible += condition.weight * (answer == Answer::silent && !required ? kSilent : 1);
        if (holds) matched += condition.weight * (answer == Answer::partly ? kPartly : 1);
        identified = identified || (required && holds && identifies(condition.type));
    }
    if (!identified || possible == 0) return 0;
    return matched / possible * (view.event.corrupted ? kCorrupted : 1);
}

std::vector<SignatureMatch> Matcher::match(const EventView& view) const {
    std::vector<SignatureMatch> matches;
    for (std::uint32_t issue : candidates(view)) {
        const Signature& signature = signatures_[issue];
        double reached = score(signature, view);
        if (reached < kFloor) continue;
        SignatureMatch& match = matches.emplace_back();
        match.issue = issue;
        match.score = reached;
        for (const auto& condition : signature) {
            if (condition.role == Role::excluding) continue;
            Answer answer = condition.ask(view);
            if (answer == Answer::yes || answer == Answer::partly)
                match.matched.push_back(condition.explain(view));
        }
    }
    return matches;
}

}  // namespace inquest
