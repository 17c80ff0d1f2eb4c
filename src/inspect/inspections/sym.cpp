#include <fmt/format.h>

#include "base/text.h"
#include "inspect/inspection.h"

namespace inquest {
namespace {

Result<InspectionAnswer> run(Workspace& workspace, std::span<const std::string> arguments) {
    if (arguments.empty()) return fail("sym takes a symbol or an address");
    InspectionAnswer answer{.text = {}, .json = Json(Json::Object{}), .problems = {}};
    Json::Array symbols;
    auto show = [&](std::uint64_t address, char type, std::string_view name, std::string_view module,
                    std::uint64_t offset) {
        std::string line = fmt::format("{:016x} ({}) {}", address, type, escape_for_terminal(name));
        if (offset) line += "+" + hex(offset);
        if (!module.empty()) line += " [" + escape_for_terminal(module) + "]";
        auto places =
            workspace.code().is_text(address) ? workspace.lines().at(address) : std::vector<SourcePlace>{};
        const bool placed = !places.empty() && !places.back().file.empty();
        if (placed)
            line += fmt::format("  {}:{}", escape_for_terminal(places.back().file), places.back().line);
        answer.text += line + "\n";
        Json one;
        one.set("address", hex(address));
        one.set("type", std::string_view(&type, 1));
        one.set("name", name);
        one.set("offset", hex(offset));
        one.set("module", module.empty() ? Json() : Json(module));
        one.set("file", placed ? Json(places.back().file) : Json());
        one.set("line", placed ? Json(places.back().line) : Json());
        symbols.push_back(std::move(one));
    };
    for (const std::string& argument : arguments) {
        auto named = workspace.symbols_named(argument);
        for (const Symbol& symbol : named) show(symbol.address, symbol.type, symbol.name, symbol.module, 0);
        if (!named.empty()) continue;
        auto address = workspace.address_of(argument);
        if (!address) return std::unexpected(std::move(address.error()));
        auto symbol = workspace.code().symbol_at(*address);
        if (!symbol) return fail(hex(*address) + " belongs to no symbol");
        show(*address, symbol->type, symbol->name, symbol->module, *address - symbol->address);
    }
    answer.json.set("symbols", std::move(symbols));
    return answer;
}

}  // namespace

extern const Inspection plugin_inspections_sym;
const Inspection plugin_inspections_sym{
    "sym", "SYMBOL | ADDRESS...", "symbols to addresses and back",
    "Every symbol of that name is listed; an address is given with the offset in its symbol,\n"
    "and with file and line where debug files tell them.",
    run};

}  // namespace inquest
