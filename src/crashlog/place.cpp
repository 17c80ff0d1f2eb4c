#include "crashlog/place.h"

namespace inquest {
namespace {

constexpr std::size_t kLongestName = 512;  // KSYM_NAME_LEN

// A plain symbol, or a demangled name, which may hold nearly anything: then it starts with '<' or has "::".
bool is_function_name(std::string_view name) {
    if (name.empty() || name.size() > kLongestName || is_digit(name.front())) return false;
    std::size_t plain = 0;
    while (plain < name.size() && is_symbol_char(name[plain])) ++plain;
    if (plain == name.size()) return true;
    return name.front() == '<' || name.find("::") != name.npos;
}

// ":radeon:f" and "radeon:f" of old kernels name the module first.
void split_module_prefix(std::string_view name, CodeRef& place) {
    if (name.starts_with(':')) name.remove_prefix(1);
    auto colon = name.find(':');
    if (colon != name.npos && colon + 1 < name.size() && name[colon + 1] != ':' &&
        name.find("::") == name.npos) {
        place.module = name.substr(0, colon);
        name.remove_prefix(colon + 1);
    }
    place.symbol = name;
}

constexpr bool is_module_char(char c) { return is_alnum(c) || c == '_' || c == '-'; }

// " [ext4]", " [ext4 1234abcd]" with a build id; "[inline]" is none.
void scan_module(Scanner& scanner, CodeRef& place) {
    Scanner ahead = scanner;
    if (!ahead.spaces().literal("[")) return;
    auto name = ahead.take_while(is_module_char);
    if (name.empty() || name == "inline") return;
    if (ahead.literal(" ") && ahead.take_while(is_hex).size() < 8) return;
    if (!ahead.literal("]")) return;
    place.module = name;
    scanner = ahead;
}

// "fs/ext4/inode.c:123:5"; takes the last of several ("outer.c:1 inner.c:2"): inlined ones come first.
bool scan_file_line(Scanner& scanner, Frame& frame) {
    Scanner ahead = scanner;
    auto file = ahead.take_while([](char c) { return !is_space(c) && c != ':' && c != '(' && c != ')'; });
    if (file.size() < 3 || file.find('.') == file.npos || !ahead.literal(":")) return false;
    auto line = ahead.dec();
    if (!line || *line > 10'000'000) return false;
    if (ahead.literal(":")) ahead.dec();
    frame.file = file;
    frame.line = static_cast<unsigned>(*line);
    scanner = ahead;
    return true;
}

bool scan_parenthesised_files(Scanner& scanner, Frame& frame) {
    Scanner ahead = scanner;
    if (!ahead.literal("(")) return false;
    bool any = false;
    while (!ahead.spaces().done() && ahead.peek() != ')') {
        if (scan_file_line(ahead, frame)) {
            any = true;
        } else if (ahead.literal("(discriminator") || ahead.literal("discriminator")) {
            ahead.spaces().dec();
            ahead.literal(")");
        } else {
            return false;
        }
    }
    if (!any || !ahead.literal(")")) return false;
    scanner = ahead;
    return true;
}

// Behind a frame: its source, "[inline]" or the module.
bool scan_source(Scanner& scanner, Frame& frame) {
    scanner.spaces();
    bool found =
        scanner.peek() == '(' ? scan_parenthesised_files(scanner, frame) : scan_file_line(scanner, frame);
    if (!found) return false;
    scanner.spaces();
    if (scanner.literal("[inline]") || scanner.literal("(inlined by)")) frame.inlined = true;
    if (frame.module.empty()) scan_module(scanner, frame);
    return true;
}

}  // namespace

bool scan_place(Scanner& scanner, CodeRef& place) {
    auto plus = scanner.rest().substr(0, kLongestName).find("+0x");
    if (plus == std::string_view::npos) return false;
    auto name = scanner.rest().substr(0, plus);
    auto plain = name.starts_with(':') ? name.substr(1) : name;
    auto colon = plain.find(':');
    bool prefixed = colon != plain.npos && is_function_name(plain.substr(0, colon)) &&
                    colon + 1 < plain.size() && is_function_name(plain.substr(colon + 1));
    if (!prefixed && !is_function_name(name)) return false;
    Scanner ahead = scanner;
    ahead.skip(plus + 1);
    auto offset = ahead.hex();
    if (!offset) return false;
    split_module_prefix(name, place);
    place.offset = offset;
    if (ahead.literal("/")) place.size = ahead.hex();
    scan_module(ahead, place);
    scanner = ahead;
    return true;
}

bool scan_source_place(Scanner& scanner, Frame& frame) {
    if (scan_place(scanner, frame)) {
        scan_source(scanner, frame);
        return true;
    }
    Scanner ahead = scanner;
    auto name = ahead.symbol();
    if (!is_function_name(name) || ahead.peek() != ' ' || !scan_source(ahead, frame)) return false;
    frame.symbol = name;
    scanner = ahead;
    return true;
}

bool scan_bracketed_address(Scanner& scanner, std::optional<Address>& address) {
    Scanner ahead = scanner;
    if (!ahead.literal("[<")) return false;
    auto inside = ahead.until(">]");
    if (!inside) return false;
    auto text = trim(*inside);
    auto value = parse_hex(text);
    if (!value && (text.empty() || text.front() != '(')) return false;
    if (value) {
        address = value;
    } else if (text == "(null)") {
        address = 0;
    }
    scanner = ahead;
    return true;
}

}  // namespace inquest
