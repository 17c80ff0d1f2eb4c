// Which kinds may begin on a line: one pass over the line finds every trigger in it.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace inquest {

// A set of small numbers.
class Owners {
  public:
    static constexpr std::size_t kMost = 128;

    void add(std::size_t owner) { words_[owner / 64] |= std::uint64_t{1} << (owner % 64); }
    void add(const Owners& others) {
        words_[0] |= others.words_[0];
        words_[1] |= others.words_[1];
    }
    [[nodiscard]] bool any() const { return (words_[0] | words_[1]) != 0; }

    // The first owner for which `wanted` holds, in ascending order; kMost when there is none.
    template <typename Predicate>
    std::size_t first(Predicate wanted) const {
        for (std::size_t w = 0; w < words_.size(); ++w)
            for (auto word = words_[w]; word != 0; word &= word - 1)
                if (auto owner = w * 64 + static_cast<std::size_t>(std::countr_zero(word)); wanted(owner))
                    return owner;
        return kMost;
    }

  private:
    std::array<std::uint64_t, 2> words_{};
};

// An automaton (Aho and Corasick) over literals that belong to numbered owners.
class TriggerSet {
  public:
    // Adds a literal, not empty, of the owner. Only before `build`.
    void add(std::string_view literal, std::size_t owner);
    // Call once when all are added.
    void build();

    // The owners of all literals that occur in `text`.
    [[nodiscard]] Owners find(std::string_view text) const;

  private:
    // A state is the place of its row in edges_; the highest bit says that a literal ends there.
    using State = std::uint32_t;
    static constexpr State kAccepts = State{1} << 31;
    State new_state();

    std::vector<std::pair<std::string_view, std::size_t>> literals_;
    std::vector<State> edges_;         // [state + class of byte]
    std::vector<Owners> owners_;       // [state / classes_]
    std::uint8_t class_of_[256] = {};  // bytes in no literal share class 0
    State classes_ = 1;
};

}  // namespace inquest
