#include "base/utf8.h"

namespace inquest {

DecodedUtf8 decode_utf8(std::string_view text) {
    auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    unsigned char lead = byte(0);
    if (lead < 0x80) return {lead, 1};
    std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || text.size() < length) return {kInvalidUtf8, 1};
    std::uint32_t code_point = lead & (0xffu >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xc0) != 0x80) return {kInvalidUtf8, 1};
        code_point = code_point << 6 | (byte(i) & 0x3f);
    }
    static constexpr std::uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
    bool surrogate = code_point >= 0xd800 && code_point < 0xe000;
    if (code_point < kSmallest[length] || surrogate || code_point > 0x10ffff) return {kInvalidUtf8, 1};
    return {code_point, length};
}

}  // namespace inquest
