#include <fmt/format.h>

#include "base/text.h"
#include "inspect/inspection.h"

namespace inquest {
namespace {

constexpr std::uint64_t kMostWords = 65536;

Result<InspectionAnswer> run(Workspace& workspace, std::span<const std::string> arguments) {
    bool symbols = false;
    std::vector<std::string> words;
    for (const std::string& argument : arguments) {
        if (argument == "-s") {
            symbols = true;
        } else {
            words.push_back(argument);
        }
    }
    if (words.empty() || words.size() > 2) return fail("rd takes an address or symbol, and how many words");
    auto address = workspace.address_of(words[0]);
    if (!address) return std::unexpected(std::move(address.error()));
    auto count = words.size() == 2 ? parse_dec(words[1]) : 1;
    if (!count || *count == 0 || *count > kMostWords)
        return fail("rd reads 1 to " + std::to_string(kMostWords) + " words");
    InspectionAnswer answer{.text = {}, .json = Json(Json::Object{}), .problems = {}};
    Json::Array values;
    for (std::uint64_t i = 0; i < *count; ++i) {
        std::uint64_t place = *address + i * 8, value = 0;
        auto outcome =
            workspace.session().read(place, {reinterpret_cast<std::uint8_t*>(&value), sizeof value});
        bool there = outcome == ReadOutcome::present;
        if (i % 2 == 0) answer.text += fmt::format("{}{:016x}: ", i ? "\n" : "", place);
        auto symbol = there && symbols ? workspace.code().symbol_at(value) : std::nullopt;
        answer.text +=
            !there   ? fmt::format(" {:<16}", name_of(outcome))
            : symbol ? fmt::format(" {}+{:#x}", escape_for_terminal(symbol->name), value - symbol->address)
                     : fmt::format(" {:016x}", value);
        if (!there) answer.problems.push_back(fmt::format("{} is {}", hex(place), name_of(outcome)));
        values.push_back(there ? Json(hex16(value)) : Json());
    }
    answer.text += '\n';
    answer.json.set("address", hex(*address));
    answer.json.set("words", std::move(values));
    if (answer.problems.size() > 1)
        answer.problems = {std::to_string(answer.problems.size()) +
                           " words could not be read; they are marked"};
    return answer;
}

}  // namespace

extern const Inspection plugin_inspections_rd;
const Inspection plugin_inspections_rd{
    "rd", "[-s] ADDRESS|SYMBOL [COUNT]", "memory, word by word",
    "-s prints addresses of symbols by name. A word that is not in the dump says why (filtered,\n"
    "unmapped, torn); it is never printed as zero.",
    run};

}  // namespace inquest
