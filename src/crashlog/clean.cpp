#include "crashlog/clean.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/scanner.h"
#include "base/utf8.h"

namespace inquest {
namespace {

constexpr char kEscape = '\x1b';

// '#' and '\\' stand for themselves nearly always: the caller looks closer.
constexpr auto kSpecial = [] {
    std::array<bool, 256> special{};
    for (unsigned byte = 0; byte < 256; ++byte) special[byte] = (byte < 0x20 && byte != '\t') || byte >= 0x7f;
    for (unsigned char c : {'&', '#', '\\', '^'}) special[c] = true;
    return special;
}();

struct Entity {
    std::string_view name;
    std::string_view text;
};
constexpr Entity kEntities[] = {{"gt;", ">"},   {"lt;", "<"},   {"amp;", "&"},  {"quot;", "\""},
                                {"apos;", "'"}, {"nbsp;", " "}, {"#160;", " "}, {"#xa0;", " "}};

// "&gt;", "&#39;", "&#x27;", also escaped twice ("&amp;gt;").
bool take_entity(Scanner& scan, std::string& out) {
    Scanner ahead = scan;
    ahead.skip(1);
    while (ahead.rest().starts_with("amp;") && ahead.rest().substr(4).find(';') < 8) {
        Scanner twice = ahead;
        twice.skip(4);
        bool named =
            std::ranges::any_of(kEntities, [&](auto& each) { return twice.rest().starts_with(each.name); });
        if (!named && twice.peek() != '#') break;
        ahead = twice;
    }
    for (const auto& entity : kEntities) {
        if (!ahead.literal(entity.name)) continue;
        out += entity.text;
        scan = ahead;
        return true;
    }
    if (!ahead.literal("#")) return false;
    auto code = ahead.literal("x") ? ahead.hex() : ahead.dec();
    if (!code || *code < 0x20 || *code > 0x7e || !ahead.literal(";")) return false;
    out += static_cast<char>(*code);
    scan = ahead;
    return true;
}

// An ANSI sequence behind its escape character. One that moves the cursor to another line becomes a line
// feed.
void skip_ansi(Scanner& scan, std::string& out) {
    if (scan.literal("]")) {  // a title, up to BEL or ESC '\'
        static constexpr std::size_t kLongestTitle = 256;
        auto end = scan.rest().substr(0, kLongestTitle).find_first_of("\x07\x1b");
        if (end != std::string_view::npos) scan.skip(end + 1);
        return;
    }
    if (!scan.literal("[")) {
        scan.take_while([](char c) { return c >= 0x20 && c < 0x30; });
        scan.skip(1);
        return;
    }
    scan.take_while([](char c) { return c >= 0x20 && c < 0x40; });
    char last = scan.peek();
    if (last < 0x40) return;
    scan.skip(1);
    if (std::string_view("HfABEFd").contains(last)) out += '\n';
}

// "#011", "#012", "#033": control characters as rsyslog writes them.
bool take_octal(Scanner& scan, std::string& out) {
    auto digits = scan.rest().substr(1, 3);
    if (digits == "011") {
        out += '\t';
    } else if (digits == "012") {
        out += '\n';
    } else if (digits != "015" && digits != "033") {
        return false;
    }
    scan.skip(4);
    if (digits == "033") skip_ansi(scan, out);
    return true;
}

// An escape of JSON.
bool take_json_escape(Scanner& scan, std::string& out) {
    Scanner ahead = scan;
    ahead.skip(1);
    char kind = ahead.peek();
    ahead.skip(1);
    switch (kind) {
        case 'n':
            out += '\n';
            break;
        case 't':
            out += '\t';
            break;
        case 'r':
            break;
        case '"':
        case '\\':
        case '/':
            out += kind;
            break;
        case 'u': {
            auto code = parse_hex(ahead.rest().substr(0, 4));
            if (!code || *code > 0x7e) return false;
            if (*code >= 0x20) out += static_cast<char>(*code);
            ahead.skip(4);
            break;
        }
        default:
            return false;
    }
    scan = ahead;
    return true;
}

// Characters above ASCII: blanks of all kinds become one, what has no width goes, the rest stays.
void take_wide(Scanner& scan, std::string& out) {
    auto [code_point, length] = decode_utf8(scan.rest());
    auto bytes = scan.rest().substr(0, length);
    scan.skip(length);
    bool narrow_blank = code_point >= 0x2000 && code_point <= 0x200a;
    if (code_point == 0xa0 || code_point == 0x202f || code_point == 0x205f || code_point == 0x3000 ||
        narrow_blank) {
        out += ' ';
    } else if (code_point == kInvalidUtf8 && bytes == "\xa0") {  // NBSP in Latin-1
        out += ' ';
    } else if (code_point == 0x2028 || code_point == 0x2029) {
        out += '\n';
    } else if (code_point == 0xfeff || code_point == 0xad || (code_point >= 0x200b && code_point <= 0x200f) ||
               code_point == 0x2060) {
        return;
    } else {
        out += bytes;
    }
}

void take_control(char c, Scanner& scan, std::string& out) {
    scan.skip(1);
    if (c == kEscape) {
        skip_ansi(scan, out);
    } else if (c == '\r') {
        scan.take_while([](char next) { return next == '\r'; });
        bool more = scan.rest().find_first_not_of("\r\n") != std::string_view::npos;
        if (more && !out.empty() && out.back() != '\n') out += '\n';
    } else if (c == '\n') {
        out += '\n';
    } else if (c == '\b') {
        if (!out.empty() && out.back() != '\n') out.pop_back();
    }
}

// Pasted out of JSON or out of a string in a program: line feeds are written as \n.
bool is_escaped(std::string_view raw) {
    static constexpr int kEnough = 3;
    int found = 0;
    for (auto at = raw.find("\\n"); at != raw.npos && found < kEnough; at = raw.find("\\n", at + 2)) ++found;
    return found == kEnough || (found > 0 && !raw.empty() && (raw.front() == '"' || raw.front() == '{'));
}

}  // namespace

bool needs_cleaning(std::string_view raw) {
    // Without a branch, so that the compiler compares many bytes at once.
    unsigned found = 0;
    for (char c : raw) {
        auto byte = static_cast<unsigned char>(c);
        auto control = static_cast<unsigned>(byte < 0x20) & static_cast<unsigned>(byte != '\t');
        found |= control | static_cast<unsigned>(byte >= 0x7f) | static_cast<unsigned>(byte == '&');
        found |= static_cast<unsigned>(byte == '#') | static_cast<unsigned>(byte == '\\');
        found |= static_cast<unsigned>(byte == '^');
    }
    return found != 0;
}

void clean(std::string_view raw, std::string& out) {
    out.clear();
    bool escaped = is_escaped(raw);
    Scanner scan(raw);
    while (!scan.done()) {
        out += scan.take_while([](char c) { return !kSpecial[static_cast<unsigned char>(c)]; });
        if (scan.done()) break;
        char c = scan.peek();
        if (static_cast<unsigned char>(c) >= 0x80) {
            take_wide(scan, out);
            continue;
        }
        if (c == '&' && take_entity(scan, out)) continue;
        if (c == '#' && take_octal(scan, out)) continue;
        if (c == '\\' && escaped && take_json_escape(scan, out)) continue;
        if (scan.rest() == "^M" || scan.rest().starts_with("^M\n")) {
            scan.skip(2);
            continue;
        }
        if (scan.rest().starts_with("^[[")) {
            scan.skip(2);
            skip_ansi(scan, out);
            continue;
        }
        if (c == '&' || c == '#' || c == '\\' || c == '^') {
            out += c;
            scan.skip(1);
            continue;
        }
        take_control(c, scan, out);
    }
}

}  // namespace inquest
