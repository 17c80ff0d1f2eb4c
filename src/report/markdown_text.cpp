#include "report/markdown_text.h"

#include <algorithm>

#include "base/text.h"
#include "report/web_address.h"

namespace inquest {
namespace {

std::size_t longest_backtick_run(std::string_view text) {
    std::size_t longest = 0, run = 0;
    for (char c : text) longest = std::max(longest, run = c == '`' ? run + 1 : 0);
    return longest;
}

std::string one_line(std::string_view text) {
    std::string line(trim(text));
    std::ranges::replace_if(
        line, [](char c) { return c == '\n' || c == '\t'; }, ' ');
    return escape_for_terminal(line);
}

bool is_word(char c) { return is_alnum(c) || static_cast<unsigned char>(c) >= 0x80; }

}  // namespace

std::string markdown_inline(std::string_view raw) {
    std::string text = one_line(raw), out;
    out.reserve(text.size() + 16);
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i], next = i + 1 < text.size() ? text[i + 1] : ' ', last = i ? text[i - 1] : ' ';
        switch (c) {
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '&':
                out += is_alnum(next) || next == '#' ? "&amp;" : "&";
                break;
            case '\\':
            case '`':
            case '*':
            case '[':
            case ']':
            case '~':
            case '|':
                out.append({'\\', c});
                break;
            case '_':
                if (!is_word(last) || !is_word(next)) out += '\\';
                out += c;
                break;
            case '@':  // would call a person
            case '#':  // would link to a ticket, or open a heading
                if (i == 0 && c == '#') out += '\\';
                out += c;
                if (is_alnum(next)) out += "<!-- -->";
                break;
            case '-':
            case '+':  // would open a list
                if (i == 0) out += '\\';
                out += c;
                break;
            default:
                out += c;
        }
    }
    return out;
}

std::string markdown_cell(std::string_view text) { return markdown_inline(text); }

std::string markdown_code_cell(std::string_view raw) {
    std::string text = one_line(raw);
    if (text.empty()) return {};
    std::string fence(longest_backtick_run(text) + 1, '`');
    std::string_view space = text.front() == '`' || text.back() == '`' ? " " : "";
    // GFM takes table cells apart before code spans: a backslash keeps a bar in its cell.
    return fence + std::string(space) + replace_all(std::move(text), "|", "\\|") + std::string(space) + fence;
}

std::string markdown_fence(std::string_view text, std::string_view language) {
    std::string fence(std::max<std::size_t>(longest_backtick_run(text) + 1, 3), '`');
    std::string out = fence + std::string(language) + '\n';
    for (std::string_view line : split_lines(text)) out += escape_for_terminal(trim_right(line)) + '\n';
    return out + fence + '\n';
}

std::string markdown_link(std::string_view title, std::string_view url) {
    std::string text = markdown_inline(title.empty() ? url : title);
    if (!is_web_address(url)) return text;
    return "[" + text + "](<" + std::string(url) + ">)";
}

}  // namespace inquest
