#include "report/layout.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/text.h"
#include "base/utf8.h"

namespace inquest {
namespace {

struct Range {
    std::uint32_t first, last;
};

// East Asian wide and full-width blocks and the pictographs that terminals draw wide (Unicode TR 11, rounded
// to blocks).
constexpr std::array<Range, 13> kWide{{{0x1100, 0x115f},
                                       {0x231a, 0x231b},
                                       {0x2e80, 0x303e},
                                       {0x3041, 0x33ff},
                                       {0x3400, 0x4dbf},
                                       {0x4e00, 0xa4cf},
                                       {0xa960, 0xa97f},
                                       {0xac00, 0xd7a3},
                                       {0xf900, 0xfaff},
                                       {0xfe30, 0xfe6f},
                                       {0xff00, 0xff60},
                                       {0x1f300, 0x1faff},
                                       {0x20000, 0x3fffd}}};

constexpr std::array<Range, 8> kCombining{{{0x0300, 0x036f},
                                           {0x0483, 0x0489},
                                           {0x0591, 0x05bd},
                                           {0x200b, 0x200f},
                                           {0x2060, 0x2064},
                                           {0x20d0, 0x20f0},
                                           {0xfe00, 0xfe0f},
                                           {0xfe20, 0xfe2f}}};

template <std::size_t N>
bool within(const std::array<Range, N>& ranges, std::uint32_t code_point) {
    return std::ranges::any_of(ranges,
                               [&](Range r) { return r.first <= code_point && code_point <= r.last; });
}

std::size_t width_of(std::uint32_t code_point) {
    if (code_point < 0x300) return 1;
    if (within(kCombining, code_point)) return 0;
    return within(kWide, code_point) ? 2 : 1;
}

// The bytes of `text` that fit into `columns`, at least one character.
std::size_t bytes_that_fit(std::string_view text, std::size_t columns) {
    std::size_t used = 0, at = 0;
    while (at < text.size()) {
        auto [code_point, length] = decode_utf8(text.substr(at));
        used += width_of(code_point);
        if (used > columns && at > 0) break;
        at += length;
    }
    return at;
}

void wrap_line(std::string_view line, std::size_t columns, std::vector<std::string>& lines) {
    std::string current;
    std::size_t used = 0;
    for (std::string_view word : split_words(line)) {
        std::size_t width = display_width(word);
        if (used && used + 1 + width > columns) {
            lines.push_back(std::move(current));
            current.clear();
            used = 0;
        }
        while (width > columns) {
            std::size_t bytes = bytes_that_fit(word, columns);
            if (bytes >= word.size()) break;
            lines.emplace_back(word.substr(0, bytes));
            word.remove_prefix(bytes);
            width = display_width(word);
        }
        if (used) current += ' ';
        current += word;
        used += width + (used ? 1 : 0);
    }
    if (used || line.empty()) lines.push_back(std::move(current));
}

}  // namespace

std::size_t display_width(std::string_view text) {
    std::size_t width = 0;
    while (!text.empty()) {
        auto [code_point, length] = decode_utf8(text);
        width += width_of(code_point);
        text.remove_prefix(length);
    }
    return width;
}

std::string fit(std::string_view text, std::size_t columns, bool unicode) {
    if (text.size() <= columns || display_width(text) <= columns) return std::string(text);
    std::string_view mark = unicode ? "\u2026" : "...";
    std::size_t room = columns - std::min(columns, display_width(mark));
    return std::string(text.substr(0, bytes_that_fit(text, room))).append(mark);
}

std::string pad(std::string text, std::size_t columns) {
    std::size_t width = display_width(text);
    if (width < columns) text.append(columns - width, ' ');
    return text;
}

std::vector<std::string> wrap(std::string_view text, std::size_t columns) {
    std::vector<std::string> lines;
    columns = std::max<std::size_t>(columns, 8);
    for (std::string_view line : split(text, '\n')) wrap_line(trim(line), columns, lines);
    if (lines.empty()) lines.emplace_back();
    return lines;
}

}  // namespace inquest
