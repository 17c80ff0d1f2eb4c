#include "debuginfo/exports.h"

#include <algorithm>
#include <string>

namespace inquest {

ImageBytes::ImageBytes(const TargetMemory& memory, std::uint64_t start, std::uint64_t most_bytes)
    : start_(start) {
    constexpr std::uint64_t kPage = 4096, kHole = 4 << 20;
    for (std::uint64_t hole = 0; bytes_.size() + kPage <= most_bytes && hole < kHole;) {
        std::size_t at = bytes_.size();
        bytes_.resize(at + kPage, 0xff);
        auto page = std::span(bytes_).subspan(at);
        hole = memory.read(start + at, page) ? 0 : hole + kPage;
        if (hole) std::ranges::fill(page, std::uint8_t{0xff});
    }
}

std::optional<std::uint64_t> ImageBytes::exported(std::string_view name) const {
    // A string of its own: the NUL of the one before it, the name, its NUL.
    std::string wanted = std::string(1, '\0').append(name).append(1, '\0');
    auto from = bytes_.begin();
    while ((from = std::search(from, bytes_.end(), wanted.begin(), wanted.end())) != bytes_.end()) {
        const auto string = static_cast<std::int64_t>(from - bytes_.begin()) + 1;
        for (std::uint64_t at = 4; at + 4 <= bytes_.size(); at += 4) {
            if (static_cast<std::int64_t>(at) + *peek<std::int32_t>(bytes_, at) != string) continue;
            std::int64_t value = static_cast<std::int64_t>(at) - 4 + *peek<std::int32_t>(bytes_, at - 4);
            // Into the image or the data behind it; anything else is a word that happens to fit.
            if (value > 0 && value < static_cast<std::int64_t>(bytes_.size()) * 2)
                return start_ + static_cast<std::uint64_t>(value);
        }
        ++from;
    }
    return std::nullopt;
}

std::optional<std::uint64_t> ImageBytes::btf(std::uint64_t& size) const {
    // include/uapi/linux/btf.h: magic 0xeb9f, version 1, no flags, a header of 24 bytes, types at once.
    static constexpr std::uint8_t kHeader[] = {0x9f, 0xeb, 1, 0, 24, 0, 0, 0, 0, 0, 0, 0};
    constexpr std::uint32_t kSmallest = 256 << 10;  // a kernel's has megabytes; modules' lie elsewhere
    auto from = bytes_.begin();
    while ((from = std::search(from, bytes_.end(), std::begin(kHeader), std::end(kHeader))) != bytes_.end()) {
        const auto at = static_cast<std::uint64_t>(from - bytes_.begin());
        auto types = peek<std::uint32_t>(bytes_, at + 12), strings_at = peek<std::uint32_t>(bytes_, at + 16),
             strings = peek<std::uint32_t>(bytes_, at + 20);
        if (types && strings_at && strings && *types == *strings_at && *types > kSmallest &&
            at + 24 + std::uint64_t{*types} + *strings <= bytes_.size()) {
            size = 24 + std::uint64_t{*types} + *strings;
            return start_ + at;
        }
        ++from;
    }
    return std::nullopt;
}

}  // namespace inquest
