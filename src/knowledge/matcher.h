// The search in a collection of issues: an index by what events are told apart by, then the conditions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "knowledge/condition.h"
#include "knowledge/issue.h"

namespace inquest {

// An issue whose signature an event has.
struct SignatureMatch {
    std::size_t issue = 0;  // index in the collection that the matcher was made from
    double score = 0;       // what matched against what could have, 0 to 1
    std::vector<MatchedCondition> matched;
};

// How a signature fits an event: every excluding condition fails, no required one fails, at least one that
// identifies (a function, frames, a line, a module) holds. A condition that the event is silent on counts as
// not matched if it is required, half if it supports.
class Matcher {
  public:
    // Below this score an issue is not reported.
    static constexpr double kFloor = 0.6;

    Matcher() = default;
    explicit Matcher(const std::vector<Issue>& issues);

    // In no particular order. Cost grows only with the issues that share a frame (or, when they name none,
    // the function or the kind) with the event.
    [[nodiscard]] std::vector<SignatureMatch> match(const EventView& view) const;

  private:
    struct StringHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };
    using Index = std::unordered_map<std::string, std::vector<std::uint32_t>, StringHash, std::equal_to<>>;
    using Signature = std::vector<CompiledCondition>;

    void enter(std::uint32_t issue, const std::unordered_map<std::string, std::size_t>& popularity);
    [[nodiscard]] std::vector<std::uint32_t> candidates(const EventView& view) const;
    [[nodiscard]] static double score(const Signature& signature, const EventView& view);

    std::vector<Signature> signatures_;
    Index by_rarest_;  // the rarest functions that an issue needs
    Index by_any_;     // all of them, for events without a trace or without an instruction pointer
    Index by_kind_;    // issues that name no function
    std::vector<std::uint32_t> anywhere_;  // neither
};

}  // namespace inquest
