#include "inspect/operands.h"

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

}  // namespace

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
    if (text.starts_with("adr")) {
        auto computed = last_number(text);
        return computed ? std::optional(NamedAddress{*computed, Kind::data}) : std::nullopt;
    }
    if (instruction.memory && instruction.memory->segment == "gs" && instruction.memory->base.empty() &&
        instruction.memory->index.empty())
        return NamedAddress{static_cast<std::uint64_t>(instruction.memory->displacement), Kind::per_cpu};
    if (auto constant = text.find("$0xffffffff"); constant != text.npos)
        if (auto value = hex_at(text, constant + 1)) return NamedAddress{*value, Kind::constant};
    return std::nullopt;
}

}  // namespace inquest
