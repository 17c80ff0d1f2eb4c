// Which kinds may begin on a line: one pass over the line finds every trigger in it.
#pragma once

#include <bitset>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace inquest {

// An automaton (Aho and Corasick) over literals that belong to numbered owners.
class TriggerSet {
  public:
    static constexpr std::size_t kMostOwners = 128;
    using Owners = std::bitset<kMostOwners>;

    // Adds a literal, not empty, of the owner. Only before the first `find`.
    void add(std::string_view literal, std::size_t owner);
    // Call once when all are added.
    void build();

    // The owners of all literals that occur in `text`.
    [[nodiscard]] Owners find(std::string_view text) const;

  private:
    using State = std::uint32_t;
    [[nodiscard]] State& edge(State state, unsigned char byte) {
        return edges_[state * classes_ + class_of_[byte]];
    }

    std::vector<std::pair<std::string_view, std::size_t>> literals_;
    std::vector<State> edges_;             // [state][class of byte]
    std::vector<Owners> owners_;           // per state
    std::vector<std::uint8_t> accepting_;  // per state
    std::uint8_t class_of_[256] = {};      // bytes in no literal share class 0
    std::size_t classes_ = 1;
};

}  // namespace inquest
