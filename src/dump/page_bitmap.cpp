#include "dump/page_bitmap.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace inquest {
namespace {
constexpr std::uint64_t kStep = 4096;  // bits between two stored ranks
}  // namespace

PageBitmap::PageBitmap(std::span<const std::uint8_t> bytes, bool ranked) : bytes_(bytes) {
    if (!ranked) return;
    std::uint64_t rank = 0;
    for (std::uint64_t byte = 0; byte < bytes_.size(); byte += kStep / 8) {
        ranks_.push_back(rank);
        rank += ones(byte, std::min<std::uint64_t>(bytes_.size(), byte + kStep / 8));
    }
    ranks_.push_back(rank);
}

std::uint64_t PageBitmap::ones(std::uint64_t first_byte, std::uint64_t last_byte) const {
    std::uint64_t count = 0;
    for (; first_byte + 8 <= last_byte; first_byte += 8) {
        std::uint64_t word;
        std::memcpy(&word, &bytes_[first_byte], sizeof word);
        count += static_cast<std::uint64_t>(std::popcount(word));
    }
    for (; first_byte < last_byte; ++first_byte)
        count += static_cast<std::uint64_t>(std::popcount(bytes_[first_byte]));
    return count;
}

std::uint64_t PageBitmap::rank(std::uint64_t index) const {
    if (index >= size()) return ranks_.back();
    const std::uint64_t step = index / kStep;
    const auto before = static_cast<unsigned>(bytes_[index / 8] & ((1u << (index % 8)) - 1));
    return ranks_[step] + ones(step * kStep / 8, index / 8) +
           static_cast<std::uint64_t>(std::popcount(before));
}

}  // namespace inquest
