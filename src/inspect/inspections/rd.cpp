#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "base/text.h"
#include "inspect/inspection.h"

namespace inquest {
namespace {

constexpr std::uint64_t kMostUnits = 1 << 20;
constexpr std::size_t kLine = 16;  // bytes

struct Style {
    std::size_t unit = 8;  // bytes
    bool physical = false, symbols = false, text = false, is_signed = false, decimal = false, ascii = true;
};

// Takes "-8", "-16", "-32" and "-64" out of the words.
std::size_t take_unit(std::vector<std::string>& words) {
    constexpr std::array<std::pair<std::string_view, std::size_t>, 4> kUnits{
        {{"-8", 1}, {"-16", 2}, {"-32", 4}, {"-64", 8}}};
    std::size_t unit = 8;
    for (auto [name, bytes] : kUnits)
        if (std::erase(words, name)) unit = bytes;
    return unit;
}

class Reader {
  public:
    Reader(Workspace& workspace, const Style& style) : workspace_(workspace), style_(style) {}

    ReadOutcome read(std::uint64_t address, std::span<std::uint8_t> out) const {
        const Session& session = workspace_.session();
        return style_.physical ? session.read_physical(address, out) : session.read(address, out);
    }

    void values(std::uint64_t address, std::uint64_t count, InspectionAnswer& answer) {
        const std::size_t per_line = kLine / style_.unit;
        Json::Array values;
        std::string ascii;
        for (std::uint64_t i = 0; i < count && !workspace_.stopped(); ++i) {
            const std::uint64_t place = address + i * style_.unit;
            if (i % per_line == 0) answer.text += end_of_line(ascii, i == 0) + fmt::format("{:16x}: ", place);
            std::uint64_t value = 0;
            auto outcome = read(place, {reinterpret_cast<std::uint8_t*>(&value), style_.unit});
            const bool there = outcome == ReadOutcome::present;
            missing_ += !there;
            answer.text +=
                " " + (there ? shown(value) : fmt::format("{:<{}}", name_of(outcome), style_.unit * 2));
            for (std::size_t byte = 0; byte < style_.unit; ++byte) {
                auto c = static_cast<char>(value >> byte * 8);
                ascii += there && c >= ' ' && c <= '~' ? c : '.';
            }
            values.push_back(there ? Json(fmt::format("0x{:0{}x}", value, style_.unit * 2)) : Json());
        }
        const std::uint64_t last = count % per_line;
        if (last) answer.text += std::string((per_line - last) * (style_.unit * 2 + 1), ' ');
        answer.text += end_of_line(ascii, false);
        answer.json.set("words", std::move(values));
        note_missing(answer, missing_);
    }

    // The characters at an address up to what does not print, as crash's rd -a.
    void text(std::uint64_t address, std::uint64_t most, InspectionAnswer& answer) {
        std::string found;
        ReadOutcome outcome = ReadOutcome::present;
        while (found.size() < most) {
            std::uint8_t c = 0;
            outcome = read(address + found.size(), {&c, 1});
            if (outcome != ReadOutcome::present || c < ' ' || c > '~') break;
            found += static_cast<char>(c);
        }
        answer.text = fmt::format("{:16x}:  {}\n", address, found);
        answer.json.set("text", found);
        if (outcome != ReadOutcome::present)
            answer.problems.push_back(fmt::format("{} is {}", hex(address + found.size()), name_of(outcome)));
    }

  private:
    std::string end_of_line(std::string& ascii, bool first) const {
        std::string text = style_.ascii && !ascii.empty() ? "   " + ascii : "";
        ascii.clear();
        return first ? text : std::string(trim_right(text)) + "\n";
    }

    std::string shown(std::uint64_t value) {
        const std::size_t width = style_.unit * 2;
        if (style_.symbols && style_.unit == 8)
            if (auto symbol = workspace_.symbol_text(value); !symbol.empty())
                return fmt::format("{:<{}}", escape_for_terminal(symbol), width);
        if (style_.decimal && style_.is_signed) {
            const std::size_t unused = 64 - style_.unit * 8;
            return fmt::format("{:>{}}", static_cast<std::int64_t>(value << unused) >> unused, width);
        }
        return style_.decimal ? fmt::format("{:>{}}", value, width) : fmt::format("{:0{}x}", value, width);
    }

    Workspace& workspace_;
    Style style_;
    std::size_t missing_ = 0;
};

Result<InspectionAnswer> run(Workspace& workspace, std::span<const std::string> arguments) {
    std::vector<std::string> all(arguments.begin(), arguments.end());
    Style style{.unit = take_unit(all)};
    auto options = Options::parse("rd", "apsSdDxe:o:", all);
    if (!options) return std::unexpected(std::move(options.error()));
    style.physical = options->has('p');
    style.symbols = options->has('s') || options->has('S');
    style.decimal = options->has('d') || options->has('D');
    style.is_signed = options->has('d');
    style.ascii = !options->has('x') && !style.symbols;
    const auto& words = options->words();
    if (words.empty() || words.size() > 2) return fail("rd takes an address or symbol, and how many words");
    auto places = workspace.addresses_of(words[0]);
    if (!places) return std::unexpected(std::move(places.error()));
    if (places->size() != 1) return fail("rd reads one place; name one CPU");
    std::uint64_t address = places->front().address;
    if (auto offset = options->value('o')) {
        auto bytes = offset->starts_with("0x") ? parse_hex(*offset) : parse_dec(*offset);
        if (!bytes) return fail("-o takes a number of bytes");
        address += *bytes;
    }
    std::uint64_t count = 1;
    if (auto end = options->value('e')) {
        auto last = workspace.address_of(*end);
        if (!last || *last <= address) return fail("-e takes an address behind the first");
        count = (*last - address + style.unit - 1) / style.unit;
    }
    if (words.size() == 2) {
        auto wanted = words[1].starts_with("0x") ? parse_hex(words[1]) : parse_dec(words[1]);
        count = wanted.value_or(0);
    }
    if (count == 0 || count > kMostUnits)
        return fail("rd reads 1 to " + std::to_string(kMostUnits) + " words");
    InspectionAnswer answer{.text = {}, .json = Json(Json::Object{}), .problems = {}};
    answer.json.set("address", hex(address));
    Reader reader(workspace, style);
    constexpr std::uint64_t kLongestText = 4096;
    if (options->has('a')) {
        reader.text(address, words.size() == 2 ? count : kLongestText, answer);
    } else {
        answer.json.set("size", style.unit);
        reader.values(address, count, answer);
    }
    return answer;
}

}  // namespace

extern const Inspection plugin_inspections_rd;
const Inspection plugin_inspections_rd{
    "rd", "[-8|-16|-32|-64] [-s] [-a] [-d|-D] [-x] [-p] [-o BYTES] [-e END] ADDRESS|SYMBOL[:CPU] [COUNT]",
    "memory, word by word",
    "  -8 -16 -32 -64  words of so many bits (64)\n"
    "  -s  addresses of symbols by name      -a  the characters up to what does not print\n"
    "  -d  decimal, -D without sign          -x  no characters beside the words\n"
    "  -p  ADDRESS is physical               -e  up to END      -o  BYTES behind ADDRESS\n"
    "A word that is not in the dump says why (filtered, unmapped, torn); it is never printed as zero.",
    run};

}  // namespace inquest
