#include "crashlog/title.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "crashlog/guilty.h"

namespace inquest {
namespace {

constexpr std::size_t kLongest = 120;

constexpr bool is_word(char c) { return is_alnum(c) || c == '_'; }

template <typename Predicate>
std::size_t run(std::string_view text, std::size_t at, Predicate belongs) {
    std::size_t end = at;
    while (end < text.size() && belongs(text[end])) ++end;
    return end - at;
}

// How long the address at the start of a word is, 0 when there is none. Six hex digits make one, unless they
// are a word of English ("decade").
std::size_t address_length(std::string_view text, std::size_t at) {
    const std::size_t prefix = text.substr(at).starts_with("0x") ? 2 : 0;
    const std::size_t digits = run(text, at + prefix, is_hex);
    if (digits < 6) return 0;
    auto number = text.substr(at + prefix, digits);
    if (prefix == 0 && digits < 8 && std::ranges::none_of(number, is_digit)) return 0;
    if (std::ranges::any_of(number, is_upper)) return 0;
    return prefix + digits;
}

// a.b.c.d
std::size_t ip_length(std::string_view text, std::size_t at) {
    std::size_t end = at;
    for (int part = 0; part < 4; ++part) {
        if (part != 0 && (end >= text.size() || text[end++] != '.')) return 0;
        const std::size_t digits = run(text, end, is_digit);
        if (digits == 0 || digits > 3) return 0;
        end += digits;
    }
    return end - at;
}

// "+0x1f/0x230" behind a function
std::size_t offset_length(std::string_view text, std::size_t at) {
    if (!text.substr(at).starts_with("+0x")) return 0;
    std::size_t end = at + 3 + run(text, at + 3, is_hex);
    if (!text.substr(end).starts_with("/0x")) return 0;
    end += 3;
    return end + run(text, end, is_hex) - at;
}

// ":123" and ":123:45" behind a file name's extension
std::size_t line_number_length(std::string_view text, std::size_t at) {
    std::size_t end = at;
    while (end + 1 < text.size() && text[end] == ':' && is_digit(text[end + 1]))
        end += 1 + run(text, end + 1, is_digit);
    return end - at;
}

bool behind_extension(std::string_view written) {
    std::size_t start = written.size();
    while (start > 0 && is_word(written[start - 1])) --start;
    return start < written.size() && start > 0 && written[start - 1] == '.';
}

std::string without_numbers(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const bool word_start = at == 0 || !is_word(text[at - 1]);
        if (word_start && at != 0 && is_hex(text[at])) {
            if (auto length = address_length(text, at)) {
                out += "ADDR";
                at += length;
                continue;
            }
        }
        if (is_digit(text[at])) {
            if (auto length = word_start ? ip_length(text, at) : 0) {
                out += "IP";
                at += length;
                continue;
            }
            const std::size_t digits = run(text, at, is_digit);
            const bool whole_word =
                word_start && at != 0 && (at + digits == text.size() || !is_word(text[at + digits]));
            if (whole_word || digits >= 7) {
                out += "NUM";
            } else {
                out += text.substr(at, digits);
            }
            at += digits;
            continue;
        }
        if (text[at] == '+') {
            if (auto length = offset_length(text, at);
                length != 0 && !out.empty() && is_symbol_char(out.back())) {
                at += length;
                continue;
            }
        }
        if (text[at] == ':' && behind_extension(out)) {
            if (auto length = line_number_length(text, at)) {
                out += ":LINE";
                at += length;
                continue;
            }
        }
        if (text[at] == '#' && out.ends_with("CPU") && at + 1 < text.size() && is_digit(text[at + 1])) {
            at += 1 + run(text, at + 1, is_digit);
            continue;
        }
        out += text[at++];
    }
    return out;
}

}  // namespace

std::string clean_title(std::string_view text) {
    // What is far behind the end cannot move in front of it: replacements shrink by less than tenfold.
    const std::string replaced = without_numbers(text.substr(0, kLongest * 10));
    std::string out;
    for (char c : std::string_view(replaced).substr(0, kLongest)) {
        if (c == '\t') c = ' ';
        if (c < 0x20 || c >= 0x7f) continue;
        if (c == ' ' && (out.empty() || out.back() == ' ')) continue;
        out += c;
    }
    return std::string(trim(out));
}

std::string title_function(std::string_view symbol) {
    static constexpr std::array<std::string_view, 16> kWrappers{
        "____sys_", "___sys_",  "__do_sys_", "__se_sys_",    "__sys_",      "__se_", "__x64_", "__ia32_",
        "__arm64_", "__riscv_", "__s390x_",  "compat_SYSC_", "compat_SyS_", "SYSC_", "SyS_",   "ksys_"};
    if (symbol.starts_with('.')) symbol.remove_prefix(1);  // entry points of the old ppc64 ABI
    symbol = symbol.substr(0, symbol.find_first_of(".$"));
    for (auto wrapper : kWrappers)
        if (symbol.starts_with(wrapper) && symbol.size() > wrapper.size())
            return std::string(symbol.substr(wrapper.size()));
    if (symbol.starts_with("sys_") && symbol.size() > 4) symbol.remove_prefix(4);
    return std::string(symbol);
}

std::string title_in(std::string_view what, const CrashEvent& event) {
    std::string title(what);
    if (!event.guilty.function.empty()) title += " in " + title_function(event.guilty.function);
    return clean_title(title);
}

}  // namespace inquest
