#include "dump/vmcoreinfo.h"

#include "base/text.h"

namespace inquest {
namespace {
constexpr std::size_t kMostLines = 10000;  // a kernel writes about 130

std::string key_of(std::string_view type, std::string_view name) {
    return std::string(type).append("(").append(name).append(")");
}
}  // namespace

Vmcoreinfo Vmcoreinfo::parse(std::string_view text) {
    Vmcoreinfo info;
    text = text.substr(0, text.find('\0'));
    for (std::string_view line : split_lines(text)) {
        if (info.values_.size() == kMostLines) break;
        auto equals = line.find('=');
        if (equals != line.npos)
            info.values_.insert_or_assign(std::string(line.substr(0, equals)),
                                          std::string(trim(line.substr(equals + 1))));
    }
    return info;
}

std::string_view Vmcoreinfo::value(std::string_view key) const {
    auto found = values_.find(std::string(key));
    return found == values_.end() ? std::string_view() : std::string_view(found->second);
}

std::optional<std::uint64_t> Vmcoreinfo::hex_of(std::string_view type, std::string_view name) const {
    return parse_hex(value(key_of(type, name)));
}

std::optional<std::uint64_t> Vmcoreinfo::dec_of(std::string_view type, std::string_view name) const {
    return parse_dec(value(key_of(type, name)));
}

std::optional<std::int64_t> Vmcoreinfo::number(std::string_view name) const {
    std::string_view text = value(key_of("NUMBER", name));
    if (text.starts_with("0x")) {
        auto unsigned_value = parse_hex(text);
        return unsigned_value ? std::optional(static_cast<std::int64_t>(*unsigned_value)) : std::nullopt;
    }
    return parse_signed(text);
}

}  // namespace inquest
