// Text without surprises: ASCII only, no locale, no allocation, no exceptions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace inquest {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
constexpr bool is_alpha(char c) { return is_lower(c) || is_upper(c); }
constexpr bool is_alnum(char c) { return is_digit(c) || is_alpha(c); }
constexpr bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
constexpr bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\v' || c == '\f';
}
// Characters of a kernel symbol as kallsyms prints it (".isra.0", "__pfx_x", Rust's "$").
constexpr bool is_symbol_char(char c) { return is_alnum(c) || c == '_' || c == '.' || c == '$'; }

std::string_view trim(std::string_view text);
std::string_view trim_left(std::string_view text);
std::string_view trim_right(std::string_view text);

// The whole of `text` as a number, nullopt when anything else is in it or it does not fit 64 bits.
// parse_hex accepts an optional 0x.
std::optional<std::uint64_t> parse_dec(std::string_view text);
std::optional<std::uint64_t> parse_hex(std::string_view text);
std::optional<std::int64_t> parse_signed(std::string_view text);

// Between the first `open` and the next `close` behind it; nullopt when either is missing.
std::optional<std::string_view> between(std::string_view text, std::string_view open, std::string_view close);

std::vector<std::string_view> split(std::string_view text, char separator);
// On runs of white space, no empty parts.
std::vector<std::string_view> split_words(std::string_view text);
std::vector<std::string_view> split_lines(std::string_view text);
std::string join(const std::vector<std::string>& parts, std::string_view separator);
std::string replace_all(std::string text, std::string_view from, std::string_view to);
std::string to_lower(std::string_view text);
bool contains_ignoring_case(std::string_view text, std::string_view ascii_lower_needle);

std::string hex(std::uint64_t value);    // "0x1c"
std::string hex16(std::uint64_t value);  // "0x000000000000001c"

// Control bytes (also C1, DEL and invalid UTF-8) as \xNN, so that a log cannot drive the terminal. Keeps
// printable UTF-8; bidirectional overrides are escaped too.
std::string escape_for_terminal(std::string_view text);
std::string escape_html(std::string_view text);
// Invalid UTF-8 replaced by U+FFFD: what JSON and HTML need.
std::string to_valid_utf8(std::string_view text);

}  // namespace inquest
