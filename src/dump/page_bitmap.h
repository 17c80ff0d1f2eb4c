// A bitmap of page frames that also tells how many bits are set before one: the place of a page in a dump.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace inquest {

class PageBitmap {
  public:
    PageBitmap() = default;
    // Over bytes that outlive it. Reads them once when `ranked`.
    PageBitmap(std::span<const std::uint8_t> bytes, bool ranked);

    [[nodiscard]] std::uint64_t size() const { return bytes_.size() * 8; }  // in bits
    [[nodiscard]] bool test(std::uint64_t index) const {
        return index < size() && (bytes_[index / 8] >> (index % 8) & 1);
    }
    // How many bits are set before `index` (all of them from size() on). Only of a ranked bitmap.
    [[nodiscard]] std::uint64_t rank(std::uint64_t index) const;

  private:
    [[nodiscard]] std::uint64_t ones(std::uint64_t first_byte, std::uint64_t last_byte) const;

    std::span<const std::uint8_t> bytes_;
    std::vector<std::uint64_t> ranks_;  // before every kStep-th bit, and before the end
};

}  // namespace inquest
