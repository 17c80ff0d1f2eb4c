#include "base/text.h"

#include <algorithm>
#include <charconv>

#include "base/utf8.h"

namespace inquest {

std::string_view trim_left(std::string_view text) {
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    return text;
}

std::string_view trim_right(std::string_view text) {
    while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
    return text;
}

std::string_view trim(std::string_view text) { return trim_left(trim_right(text)); }

namespace {
template <typename Number>
std::optional<Number> parse_whole(std::string_view text, int base) {
    Number value{};
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
    return value;
}
}  // namespace

std::optional<std::uint64_t> parse_dec(std::string_view text) { return parse_whole<std::uint64_t>(text, 10); }

std::optional<std::uint64_t> parse_hex(std::string_view text) {
    if (text.starts_with("0x") || text.starts_with("0X")) text.remove_prefix(2);
    return parse_whole<std::uint64_t>(text, 16);
}

std::optional<std::int64_t> parse_signed(std::string_view text) {
    return parse_whole<std::int64_t>(text, 10);
}

std::optional<std::string_view> between(std::string_view text, std::string_view open,
                                        std::string_view close) {
    auto start = text.find(open);
    if (start == text.npos) return std::nullopt;
    text.remove_prefix(start + open.size());
    auto end = text.find(close);
    if (end == text.npos) return std::nullopt;
    return text.substr(0, end);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    for (;;) {
        auto end = text.find(separator);
        parts.push_back(text.substr(0, end));
        if (end == text.npos) return parts;
        text.remove_prefix(end + 1);
    }
}

std::vector<std::string_view> split_words(std::string_view text) {
    std::vector<std::string_view> words;
    for (text = trim(text); !text.empty(); text = trim_left(text)) {
        auto end = std::ranges::find_if(text, is_space) - text.begin();
        words.push_back(text.substr(0, end));
        text.remove_prefix(end);
    }
    return words;
}

std::vector<std::string_view> split_lines(std::string_view text) {
    auto lines = split(text, '\n');
    if (!lines.empty() && lines.back().empty()) lines.pop_back();
    return lines;
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
    std::string joined;
    for (const auto& part : parts) {
        if (&part != &parts.front()) joined += separator;
        joined += part;
    }
    return joined;
}

std::string replace_all(std::string text, std::string_view from, std::string_view to) {
    for (std::size_t at = 0; (at = text.find(from, at)) != text.npos; at += to.size())
        text.replace(at, from.size(), to);
    return text;
}

std::string to_lower(std::string_view text) {
    std::string lower(text);
    for (char& c : lower)
        if (is_upper(c)) c = static_cast<char>(c - 'A' + 'a');
    return lower;
}

bool contains_ignoring_case(std::string_view text, std::string_view ascii_lower_needle) {
    auto same = [](char a, char b) { return (is_upper(a) ? static_cast<char>(a - 'A' + 'a') : a) == b; };
    return !std::ranges::search(text, ascii_lower_needle, same).empty() || ascii_lower_needle.empty();
}

namespace {
std::string hex_digits(std::uint64_t value, int width) {
    char digits[16];
    auto end = std::to_chars(digits, digits + sizeof digits, value, 16).ptr;
    std::string text = "0x";
    text.append(static_cast<std::size_t>(std::max<std::ptrdiff_t>(width - (end - digits), 0)), '0');
    return text.append(digits, end);
}
}  // namespace

std::string hex(std::uint64_t value) { return hex_digits(value, 1); }
std::string hex16(std::uint64_t value) { return hex_digits(value, 16); }

std::string escape_for_terminal(std::string_view text) {
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string safe;
    safe.reserve(text.size());
    while (!text.empty()) {
        auto [code_point, length] = decode_utf8(text);
        bool bidi =
            (code_point >= 0x202a && code_point <= 0x202e) || (code_point >= 0x2066 && code_point <= 0x2069);
        bool control = code_point < 0x20 || (code_point >= 0x7f && code_point < 0xa0);
        if (code_point == kInvalidUtf8 || bidi || (control && code_point != '\t')) {
            for (unsigned char byte : text.substr(0, length))
                safe.append("\\x").append({kDigits[byte >> 4], kDigits[byte & 15]});
        } else {
            safe += text.substr(0, length);
        }
        text.remove_prefix(length);
    }
    return safe;
}

std::string escape_html(std::string_view text) {
    std::string safe;
    safe.reserve(text.size());
    for (char c : to_valid_utf8(text)) {
        switch (c) {
            case '&':
                safe += "&amp;";
                break;
            case '<':
                safe += "&lt;";
                break;
            case '>':
                safe += "&gt;";
                break;
            case '"':
                safe += "&quot;";
                break;
            case '\'':
                safe += "&#39;";
                break;
            default:
                safe += c;
        }
    }
    return safe;
}

std::string to_valid_utf8(std::string_view text) {
    std::string valid;
    valid.reserve(text.size());
    while (!text.empty()) {
        auto [code_point, length] = decode_utf8(text);
        if (code_point == kInvalidUtf8) {
            valid += "\xEF\xBF\xBD";
        } else {
            valid += text.substr(0, length);
        }
        text.remove_prefix(length);
    }
    return valid;
}

}  // namespace inquest
