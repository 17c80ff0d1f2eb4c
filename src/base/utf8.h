// The little UTF-8 that hostile logs require.
#pragma once

#include <cstdint>
#include <string_view>

namespace inquest {

inline constexpr std::uint32_t kInvalidUtf8 = 0xffffffff;

struct DecodedUtf8 {
    std::uint32_t code_point;  // kInvalidUtf8 for a byte that starts no well-formed sequence
    std::size_t length;        // bytes consumed, at least 1
};

// Decodes the first character of a non-empty text: no overlong forms, no surrogates, nothing above 0x10ffff
// (RFC 3629).
DecodedUtf8 decode_utf8(std::string_view text);

}  // namespace inquest
