#include "crashlog/trigger_set.h"

#include <deque>

namespace inquest {

void TriggerSet::add(std::string_view literal, std::size_t owner) { literals_.emplace_back(literal, owner); }

void TriggerSet::build() {
    for (const auto& [literal, owner] : literals_)
        for (unsigned char byte : literal)
            if (class_of_[byte] == 0 && classes_ < 256)
                class_of_[byte] = static_cast<std::uint8_t>(classes_++);
    auto new_state = [&] {
        edges_.resize(edges_.size() + classes_, 0);
        owners_.emplace_back();
        return static_cast<State>(owners_.size() - 1);
    };
    new_state();
    for (const auto& [literal, owner] : literals_) {
        State state = 0;
        for (unsigned char byte : literal) {
            if (edge(state, byte) == 0) {
                State made = new_state();
                edge(state, byte) = made;
            }
            state = edge(state, byte);
        }
        owners_[state].set(owner);
    }
    // Breadth first: a state's failure target is complete before the state is.
    std::vector<State> failure(owners_.size(), 0);
    std::deque<State> queue{0};
    while (!queue.empty()) {
        State state = queue.front();
        queue.pop_front();
        for (std::size_t c = 0; c < classes_; ++c) {
            State& next = edges_[state * classes_ + c];
            State fallback = state == 0 ? 0 : edges_[failure[state] * classes_ + c];
            if (next == 0) {
                next = fallback;
                continue;
            }
            failure[next] = fallback;
            owners_[next] |= owners_[fallback];
            queue.push_back(next);
        }
    }
    accepting_.resize(owners_.size());
    for (std::size_t i = 0; i < owners_.size(); ++i) accepting_[i] = owners_[i].any();
}

TriggerSet::Owners TriggerSet::find(std::string_view text) const {
    Owners found;
    State state = 0;
    for (unsigned char byte : text) {
        state = edges_[state * classes_ + class_of_[byte]];
        if (accepting_[state]) found |= owners_[state];
    }
    return found;
}

}  // namespace inquest
