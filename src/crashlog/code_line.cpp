#include "crashlog/code_line.h"

#include "base/scanner.h"

namespace inquest {
namespace {

constexpr std::size_t kMostBytes = 4096;

void append_unit(CodeBytes& code, std::uint64_t value, std::size_t size, bool big_endian) {
    for (std::size_t i = 0; i < size; ++i) {
        auto shift = 8 * (big_endian ? size - 1 - i : i);
        code.bytes.push_back(static_cast<std::uint8_t>(value >> shift));
    }
}

}  // namespace

void append_code(CodeBytes& code, std::string_view text, bool big_endian) {
    if (!code.text.empty()) code.text += ' ';
    code.text += trim(text);
    Scanner scanner(text);
    while (!scanner.spaces().done() && code.bytes.size() < kMostBytes) {
        auto unit = scanner.word();
        bool marked = unit.front() == '<' || unit.front() == '(';
        if (marked) {
            unit.remove_prefix(1);
            if (!unit.empty() && (unit.back() == '>' || unit.back() == ')')) unit.remove_suffix(1);
        }
        auto value =
            unit.size() == 2 || unit.size() == 4 || unit.size() == 8 ? parse_hex(unit) : std::nullopt;
        if (!value) {
            // Words that could not be read stand in for what lies before the fault: start anew behind them.
            if (unit.find_first_not_of("Xx?") != unit.npos) return;
            code.bytes.clear();
            code.fault_offset.reset();
            continue;
        }
        if (marked) code.fault_offset = code.bytes.size();
        append_unit(code, *value, unit.size() / 2, big_endian);
    }
}

CodeBytes parse_code(std::string_view text, bool big_endian) {
    CodeBytes code;
    append_code(code, text, big_endian);
    return code;
}

bool append_listing(CodeBytes& code, std::string_view text) {
    Scanner scanner(trim_left(text));
    bool marked = scanner.literal(">");
    if (!marked) scanner.literal("#");
    auto address = scanner.take_while(is_hex);
    if (address.size() < 8 || !scanner.literal(": ")) return false;
    auto digits = scanner.spaces().take_while(is_hex);
    if (digits.empty() || digits.size() % 4 != 0 || digits.size() > 12) return false;
    if (!scanner.done() && !is_space(scanner.peek())) return false;
    if (!code.text.empty()) code.text += '\n';
    code.text += trim(text);
    if (marked) code.fault_offset = code.bytes.size();
    append_unit(code, *parse_hex(digits), digits.size() / 2, true);
    return true;
}

}  // namespace inquest
