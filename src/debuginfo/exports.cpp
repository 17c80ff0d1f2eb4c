#include "debuginfo/exports.h"

#include <algorithm>
#include <string>

#include "base/text.h"

namespace inquest {
namespace {

constexpr std::size_t kMostStrings = 4096;  // that hold or end in the name

}  // namespace

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
    // A string of its own: the NUL of the one before it, the name, its NUL. Else the tail of another, which
    // the linker lets names share ("node_data" is that of "jbd2_submit_inode_data").
    const std::string wanted = std::string(name).append(1, '\0');
    std::vector<std::int64_t> own, tails;
    for (auto from = bytes_.begin(); own.size() + tails.size() < kMostStrings; ++from) {
        from = std::search(from, bytes_.end(), wanted.begin(), wanted.end());
        if (from == bytes_.end()) break;
        if (from == bytes_.begin()) continue;
        (*(from - 1) == 0 ? own : tails).push_back(from - bytes_.begin());
    }
    for (std::int64_t string : own)
        if (auto value = value_of({&string, 1}, false)) return value;
    return value_of(tails, true);
}

std::optional<std::uint64_t> ImageBytes::value_of(std::span<const std::int64_t> strings,
                                                  bool among_others) const {
    if (strings.empty()) return std::nullopt;
    const std::int64_t first = strings.front(), last = strings.back();
    for (std::uint64_t at = 4; at + 4 <= bytes_.size(); at += 4) {
        const std::int64_t target = static_cast<std::int64_t>(at) + *peek<std::int32_t>(bytes_, at);
        if (target < first || target > last || !std::ranges::binary_search(strings, target)) continue;
        if (among_others && !is_in_table(at)) continue;
        std::int64_t value = static_cast<std::int64_t>(at) - 4 + *peek<std::int32_t>(bytes_, at - 4);
        // Into the image or the data behind it; anything else is a word that happens to fit.
        if (value > 0 && value < static_cast<std::int64_t>(bytes_.size()) * 2)
            return start_ + static_cast<std::uint64_t>(value);
    }
    return std::nullopt;
}

bool ImageBytes::is_in_table(std::uint64_t place) const {
    auto name_at = [&](std::uint64_t at) -> std::string_view {
        auto offset = peek<std::int32_t>(bytes_, at);
        const std::int64_t string = offset ? static_cast<std::int64_t>(at) + *offset : -1;
        if (string < 0 || string >= static_cast<std::int64_t>(bytes_.size())) return {};
        std::string_view text(reinterpret_cast<const char*>(bytes_.data()) + string,
                              std::min<std::size_t>(bytes_.size() - static_cast<std::size_t>(string), 128));
        auto end = text.find('\0');
        if (end == text.npos || !std::ranges::all_of(text.substr(0, end), is_symbol_char)) return {};
        return text.substr(0, end);
    };
    const std::string_view own = name_at(place);
    for (std::uint64_t size : {12, 8}) {  // with and without a namespace (8651ec01daed)
        if (place < size) continue;
        const std::string_view before = name_at(place - size), behind = name_at(place + size);
        if (!before.empty() && !behind.empty() && before < own && own < behind) return true;
    }
    return false;
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
