#include "arch/register_text.h"

#include <algorithm>

namespace inquest {
namespace {

constexpr bool is_name_char(char c) { return is_alnum(c) || c == '_'; }

constexpr char lower(char c) { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; }

struct Value {
    std::optional<std::uint64_t> number;
    std::size_t digits = 0;
};

// "ffff8881", "0018:ffff8881" (selector and offset), "[<c0100000>]", "0x1c".
std::optional<Value> scan_value(Scanner& scanner) {
    scanner.literal("[<") || scanner.literal("0x");
    auto before = scanner.rest().size();
    auto number = scanner.hex();
    if (!number) return std::nullopt;
    auto digits = before - scanner.rest().size();
    if (digits == 4 && scanner.peek() == ':' && scanner.rest().size() > 1 && is_hex(scanner.rest()[1])) {
        scanner.skip(1);
        before = scanner.rest().size();
        number = scanner.hex();
        digits = before - scanner.rest().size();
    }
    scanner.literal(">]");
    // The beginning of a name may look like a number: "lr : el1_irq+0xb0/0x140".
    // A selector before a symbol is none either: "RIP: 0010:vfs_read+0x1c/0x310".
    if (is_symbol_char(scanner.peek()) || scanner.peek() == '+' || scanner.peek() == ':') return std::nullopt;
    return Value{number, digits};
}

}  // namespace

std::string_view find_register(std::string_view printed, std::span<const std::string_view> names) {
    auto same = [&](std::string_view name) {
        return std::ranges::equal(name, printed, [](char a, char b) { return a == lower(b); });
    };
    auto found = std::ranges::find_if(names, same);
    return found == names.end() ? std::string_view() : *found;
}

bool scan_register_pairs(std::string_view line, RegisterName name_of, std::size_t digits,
                         std::string_view general, const RegisterSink& sink) {
    Scanner scanner(trim_left(line));
    bool any = false;
    while (!scanner.done()) {
        auto name = name_of(scanner.take_while(is_name_char));
        Scanner pair = scanner;
        if (!name.empty() && pair.spaces().literal(":")) {
            pair.spaces();
            auto value = scan_value(pair);
            if (value && digits != 0 && value->digits > digits) return any;  // of a wider machine
            if (value) {
                bool cut =
                    value->digits < digits && pair.done() && general.find(name.front()) != general.npos;
                sink(name, cut ? std::nullopt : value->number);
                any = true;
                scanner = pair;
            }
        }
        if (!any) return false;
        scanner.word();
        scanner.spaces();
    }
    return any;
}

bool scan_register_row(Scanner row, std::span<const std::string_view> names, std::size_t first,
                       const RegisterSink& sink) {
    bool any = false;
    for (auto i = first; i < names.size() && !row.spaces().done(); ++i) {
        auto word = row.word();
        auto value = parse_hex(word);
        if (!value && !any) return false;
        sink(names[i], value);
        any = true;
    }
    return any;
}

}  // namespace inquest
