#include "reason/att_operand.h"

#include "base/scanner.h"

namespace inquest::reason {
namespace {

bool is_prefix(std::string_view word) {
    return word == "lock" || word == "rep" || word == "repz" || word == "repnz" || word == "repe" ||
           word == "repne" || word == "data16" || word == "addr32" || word == "cs" || word == "ds" ||
           word == "notrack" || word == "bnd";
}

std::string register_in(Scanner& scanner) {
    if (!scanner.literal("%")) return {};
    return std::string(scanner.take_while(is_alnum));
}

// "%gs:-0x8(%rbx,%rdx,8)"; nullopt and the scanner anywhere when it is none.
std::optional<Decoded::Memory> parse_memory(Scanner& scanner) {
    Decoded::Memory memory;
    std::string_view whole = scanner.rest();
    if (auto segment = register_in(scanner); !segment.empty()) {
        if (!scanner.literal(":")) return std::nullopt;
        memory.segment = segment;
    }
    bool negative = scanner.literal("-");
    bool has_displacement = false;
    if (is_digit(scanner.peek())) {
        auto value = scanner.rest().starts_with("0x") ? scanner.hex() : scanner.dec();
        if (!value) return std::nullopt;
        memory.displacement = static_cast<std::int64_t>(negative ? 0 - *value : *value);
        has_displacement = true;
    }
    if (scanner.literal("(")) {
        memory.base = register_in(scanner);
        if (scanner.literal(",")) memory.index = register_in(scanner);
        if (scanner.literal(","))
            if (auto scale = scanner.dec()) memory.scale = static_cast<int>(*scale & 15);
        if (!scanner.literal(")")) return std::nullopt;
    } else if (!has_displacement || memory.segment.empty()) {
        return std::nullopt;
    }
    memory.text = std::string(whole.substr(0, whole.size() - scanner.rest().size()));
    return memory;
}

// Past one operand that is no memory: up to the comma outside of brackets.
std::string_view skip_operand(Scanner& scanner) {
    return scanner.take_while([](char c) { return c != ',' && !is_space(c); });
}

}  // namespace

std::optional<Decoded> parse_att(std::string_view text) {
    text = trim(text.substr(0, text.find('#')));
    Decoded decoded;
    decoded.text = std::string(text);
    Scanner scanner(text);
    std::string_view mnemonic = scanner.word();
    while (is_prefix(mnemonic)) mnemonic = scanner.spaces().word();
    if (mnemonic.empty()) return std::nullopt;
    decoded.is_call = mnemonic.starts_with("call");
    decoded.is_jump = mnemonic.starts_with("j");
    decoded.is_return = mnemonic.starts_with("ret");
    decoded.is_trap = mnemonic.starts_with("ud2") || mnemonic == "int3";
    decoded.is_divide = mnemonic.starts_with("div") || mnemonic.starts_with("idiv");
    bool computes_only =
        mnemonic.starts_with("lea") || mnemonic.starts_with("nop") || mnemonic.starts_with("prefetch");
    bool moves = mnemonic.starts_with("mov");
    scanner.spaces();
    for (int operand = 0; operand < 4 && !scanner.done(); ++operand) {
        scanner.literal("*");
        Scanner attempt = scanner;
        if (auto memory = parse_memory(attempt); memory && !computes_only) {
            scanner = attempt;
            memory->write = moves && scanner.done();
            memory->read = moves && !scanner.done();
            if (decoded.is_divide) decoded.divisor = memory->text;
            (decoded.memory ? decoded.other_memory : decoded.memory) = std::move(memory);
        } else {
            auto skipped = skip_operand(scanner);
            if (skipped.starts_with('%') && decoded.is_divide) decoded.divisor = skipped.substr(1);
            if (skipped.starts_with('%') && (decoded.is_call || decoded.is_jump))
                decoded.target_register = skipped.substr(1);
        }
        if (!scanner.literal(",")) break;
        scanner.spaces();
    }
    return decoded;
}

}  // namespace inquest::reason
