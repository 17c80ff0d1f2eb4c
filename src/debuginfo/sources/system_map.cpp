#include "debuginfo/sources/system_map.h"

#include <array>
#include <cstdio>

#include "base/text.h"

namespace inquest {
namespace {

struct Line {
    std::uint64_t address;
    char type;
    std::string_view name;
};

// "ffffffff81000000 T _stext"
std::optional<Line> parse_line(std::string_view line) {
    constexpr std::size_t kDigits = 16, kName = kDigits + 3;
    if (line.size() <= kName || line[kDigits] != ' ' || line[kDigits + 2] != ' ') return std::nullopt;
    auto address = parse_hex(line.substr(0, kDigits));
    const char type = line[kDigits + 1];
    const bool letter = (type >= 'A' && type <= 'Z') || (type >= 'a' && type <= 'z') || type == '?';
    if (!address || !letter) return std::nullopt;
    return Line{*address, type, line.substr(kName)};
}

// Calls `take(line number, text)` for each line until it gives false.
template <typename Take>
void each_line(std::string_view text, const Take& take) {
    for (std::size_t number = 1; !text.empty(); ++number) {
        auto end = text.find('\n');
        if (!take(number, text.substr(0, end))) return;
        text.remove_prefix(end == text.npos ? text.size() : end + 1);
    }
}

}  // namespace

bool is_system_map(const std::string& path) {
    std::FILE* file = std::fopen(path.c_str(), "re");
    if (!file) return false;
    std::array<char, 256> line{};
    std::string_view text = std::fgets(line.data(), line.size(), file) ? line.data() : "";
    std::fclose(file);
    return parse_line(trim(text)).has_value();
}

std::optional<std::uint64_t> system_map_symbol(std::string_view text, std::string_view name) {
    std::optional<std::uint64_t> address;
    each_line(text, [&](std::size_t, std::string_view one) {
        if (!one.ends_with(name)) return true;
        if (auto line = parse_line(one); line && line->name == name) address = line->address;
        return !address;
    });
    return address;
}

Result<void> read_system_map(std::string_view text, std::uint64_t bias, SymbolTable& symbols) {
    constexpr std::uint64_t kKernelHalf = std::uint64_t{1} << 63;
    std::size_t wrong = 0;
    each_line(text, [&](std::size_t number, std::string_view one) {
        auto line = parse_line(one);
        if (!line) {
            wrong = one.empty() ? 0 : number;
            return wrong == 0;
        }
        symbols.add(line->address + (line->address >= kKernelHalf ? bias : 0), line->type, line->name);
        return true;
    });
    if (wrong) return fail("line " + std::to_string(wrong) + " is none of a System.map");
    return {};
}

}  // namespace inquest
