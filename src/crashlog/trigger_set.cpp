#include "crashlog/trigger_set.h"

#include <algorithm>

namespace inquest {

void TriggerSet::add(std::string_view literal, std::size_t owner) { literals_.emplace_back(literal, owner); }

TriggerSet::State TriggerSet::new_state() {
    auto state = static_cast<State>(edges_.size());
    edges_.resize(edges_.size() + classes_, 0);
    owners_.emplace_back();
    return state;
}

void TriggerSet::build() {
    struct Edge {
        State from, to, at;  // `at`: its place in edges_
    };
    std::size_t most = 1;
    for (const auto& [literal, owner] : literals_) {
        most += literal.size();
        for (unsigned char byte : literal)
            if (class_of_[byte] == 0 && classes_ < 256)
                class_of_[byte] = static_cast<std::uint8_t>(classes_++);
    }
    edges_.reserve(most * classes_);
    owners_.reserve(most);
    new_state();
    std::vector<std::vector<Edge>> levels;  // of the tree of literals, by depth
    for (const auto& [literal, owner] : literals_) {
        State state = 0;
        if (levels.size() < literal.size()) levels.resize(literal.size());
        for (std::size_t depth = 0; depth < literal.size(); ++depth) {
            auto at = state + class_of_[static_cast<unsigned char>(literal[depth])];
            if (edges_[at] == 0) {
                State made = new_state();
                edges_[at] = made;
                levels[depth].push_back({state, made, at});
            }
            state = edges_[at];
        }
        owners_[state / classes_].add(owner);
    }
    // Level by level: the state that a failure leads to lies higher, so its row is complete before it is
    // copied.
    std::vector<State> failure(owners_.size(), 0);
    for (const auto& level : levels) {
        for (const Edge& edge : level) {
            State fallback = 0;
            if (edge.from != 0)
                fallback = edges_[failure[edge.from / classes_] + edge.at - edge.from] & ~kAccepts;
            failure[edge.to / classes_] = fallback;
            auto& owners = owners_[edge.to / classes_];
            owners.add(owners_[fallback / classes_]);
            edges_[edge.at] = owners.any() ? edge.to | kAccepts : edge.to;
        }
        for (const Edge& edge : level)  // the next level puts the state's own edges back
            std::copy_n(&edges_[failure[edge.to / classes_]], classes_, &edges_[edge.to]);
    }
}

Owners TriggerSet::find(std::string_view text) const {
    Owners found;
    State state = 0;
    for (unsigned char byte : text) {
        state = edges_[state + class_of_[byte]];
        if (state & kAccepts) [[unlikely]] {
            state &= ~kAccepts;
            found.add(owners_[state / classes_]);
        }
    }
    return found;
}

}  // namespace inquest
