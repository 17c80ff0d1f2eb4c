#include "crashlog/trigger_set.h"

#include <deque>

namespace inquest {

void TriggerSet::add(std::string_view literal, std::size_t owner) { literals_.emplace_back(literal, owner); }

TriggerSet::State TriggerSet::new_state() {
    auto state = static_cast<State>(edges_.size());
    edges_.resize(edges_.size() + classes_, 0);
    owners_.emplace_back();
    return state;
}

void TriggerSet::build() {
    for (const auto& [literal, owner] : literals_)
        for (unsigned char byte : literal)
            if (class_of_[byte] == 0 && classes_ < 256)
                class_of_[byte] = static_cast<std::uint8_t>(classes_++);
    new_state();
    for (const auto& [literal, owner] : literals_) {
        State state = 0;
        for (unsigned char byte : literal) {
            auto edge = state + class_of_[byte];
            if (edges_[edge] == 0) {
                State made = new_state();
                edges_[edge] = made;
            }
            state = edges_[edge];
        }
        owners_[state / classes_].add(owner);
    }
    // Breadth first: the state that a failure leads to is complete before it is needed.
    std::vector<State> failure(owners_.size(), 0);
    std::deque<State> queue{0};
    while (!queue.empty()) {
        State state = queue.front();
        queue.pop_front();
        for (State c = 0; c < classes_; ++c) {
            State& next = edges_[state + c];
            State fallback = state == 0 ? 0 : edges_[failure[state / classes_] + c];
            if (next == 0) {
                next = fallback;
                continue;
            }
            failure[next / classes_] = fallback;
            owners_[next / classes_].add(owners_[fallback / classes_]);
            queue.push_back(next);
        }
    }
    for (State& edge : edges_)
        if (owners_[edge / classes_].any()) edge |= kAccepts;
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
