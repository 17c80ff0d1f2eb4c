#include "inspect/operands.h"

#include <utility>

#include "base/text.h"

namespace inquest {
namespace {

std::optional<std::uint64_t> hex_at(std::string_view text, std::size_t at) {
    std::size_t end = at + 2;
    while (end < text.size() && is_hex(text[end])) ++end;
    return parse_hex(text.substr(at, end - at));
}

// The last number of "call 0xffffffff81000000", "tbz w0, #3, #0xffff800008010000".
std::optional<std::uint64_t> last_number(std::string_view text) {
    auto at = text.rfind("0x");
    return at == text.npos ? std::nullopt : hex_at(text, at);
}

// The number right before `position`, with its sign.
std::uint64_t number_before(std::string_view text, std::size_t position) {
    std::size_t at = position;
    while (at > 0 && (is_hex(text[at - 1]) || text[at - 1] == 'x')) --at;
    auto value = parse_hex(text.substr(at, position - at)).value_or(0);
    return at > 0 && text[at - 1] == '-' ? 0 - value : value;
}

std::optional<NamedAddress> named_address(const Decoded& instruction) {
    using Kind = NamedAddress::Kind;
    const std::string_view text = instruction.text;
    if (auto relative = text.find("(%rip)"); relative != text.npos) {
        std::uint64_t address = instruction.address + instruction.length + number_before(text, relative);
        return NamedAddress{address, text.find("%gs:") == text.npos ? Kind::data : Kind::per_cpu};
    }
    if ((instruction.is_call || instruction.is_jump) && !instruction.memory &&
        instruction.target_register.empty()) {
        auto target = last_number(text);
        return target ? std::optional(NamedAddress{*target, Kind::target}) : std::nullopt;
    }
    if (text.starts_with("adr ")) {
        auto computed = last_number(text);
        return computed ? std::optional(NamedAddress{*computed, Kind::data}) : std::nullopt;
    }
    if (instruction.memory && instruction.memory->segment == "gs" && instruction.memory->base.empty() &&
        instruction.memory->index.empty())
        return NamedAddress{static_cast<std::uint64_t>(instruction.memory->displacement), Kind::per_cpu};
    // The image lies in the uppermost 2 GB: sign-extended immediates, which capstone writes as
    // "$-0x3f942f40".
    constexpr std::uint64_t kImage = 0xffffffff80000000;
    auto dollar = text.find('$');
    bool negative = dollar != text.npos && text.substr(dollar).starts_with("$-0x");
    if (negative || (dollar != text.npos && text.substr(dollar).starts_with("$0x")))
        if (auto value = hex_at(text, dollar + (negative ? 2 : 1))) {
            std::uint64_t address = negative ? 0 - *value : *value;
            if (address >= kImage) return NamedAddress{address, Kind::constant};
        }
    return std::nullopt;
}

// "adrp x0, #0xffff800008010000": the register and the page.
std::pair<std::string, std::uint64_t> page_load(std::string_view text) {
    if (!text.starts_with("adrp ")) return {};
    auto page = last_number(text);
    auto name = trim(text.substr(5, text.find(',') - 5));
    return page ? std::pair(std::string(name), *page) : std::pair<std::string, std::uint64_t>();
}

// The offset that "add x0, x0, #0x20" and "ldr x1, [x0, #0x20]" add to the register.
std::optional<std::uint64_t> offset_from(std::string_view text, const std::string& base) {
    auto open = text.find('[');
    bool load = open != text.npos && text.substr(open + 1).starts_with(base);
    bool add = text.starts_with("add ") && text.find(", " + base + ", #") != text.npos;
    if (!load && !add) return std::nullopt;
    char behind = load && open + 1 + base.size() < text.size() ? text[open + 1 + base.size()] : ',';
    if (behind == ']') return 0;
    if (behind != ',' || text.ends_with('!')) return std::nullopt;
    auto number = text.rfind('#');
    if (number == text.npos) return std::nullopt;
    std::string_view digits = text.substr(number + 1);
    digits = digits.substr(0, digits.find_first_not_of("0123456789abcdefx"));
    return digits.starts_with("0x") ? parse_hex(digits) : parse_dec(digits);
}

}  // namespace

std::optional<NamedAddress> AddressNames::of(const Decoded& instruction) {
    const std::string base = std::exchange(page_register_, {});
    if (auto offset = base.empty() ? std::nullopt : offset_from(instruction.text, base))
        return NamedAddress{page_ + *offset, NamedAddress::Kind::data};
    if (auto [name, page] = page_load(instruction.text); !name.empty()) {
        page_register_ = name;
        page_ = page;
        return std::nullopt;
    }
    return named_address(instruction);
}

}  // namespace inquest
