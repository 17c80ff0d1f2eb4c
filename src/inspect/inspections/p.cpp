#include <fmt/format.h>

#include "base/text.h"
#include "inspect/declaration.h"
#include "inspect/inspection.h"
#include "kernel/global_types.h"

namespace inquest {
namespace {

constexpr std::string_view kUntyped = "its type is not known: p (struct x) ";

// A per-CPU variable without a CPU: its type and where it lies on each, as crash has it.
InspectionAnswer show_addresses(Workspace& workspace, const Symbol& symbol) {
    InspectionAnswer answer{.text = {}, .json = Json(Json::Object{}), .problems = {}};
    if (auto type = workspace.type_of_symbol(symbol.name)) {
        answer.text =
            "PER-CPU DATA TYPE:\n  " + declaration(*type->types, type->id, type->stars, symbol.name) + ";\n";
        answer.json.set("type", type->name());
    }
    answer.text += "PER-CPU ADDRESSES:\n";
    Json::Array addresses;
    const auto& offsets = workspace.cpu_offsets();
    for (std::size_t cpu = 0; cpu < offsets.size(); ++cpu) {
        answer.text += fmt::format("  [{}]: {:x}\n", cpu, symbol.address + offsets[cpu]);
        addresses.emplace_back(hex(symbol.address + offsets[cpu]));
    }
    answer.json.set("addresses", std::move(addresses));
    return answer;
}

Result<InspectionAnswer> show_function(Workspace& workspace, const Symbol& symbol, const TypeRef& function) {
    InspectionAnswer answer{.text = {}, .json = Json(Json::Object{}), .problems = {}};
    answer.text = fmt::format("{} = {{{}}} {:#x} <{}>\n", escape_for_terminal(symbol.name),
                              declaration(*function.types, function.id, ""), symbol.address,
                              escape_for_terminal(workspace.symbol_text(symbol.address)));
    answer.json.set("type", declaration(*function.types, function.id, ""));
    answer.json.set("address", hex(symbol.address));
    return answer;
}

// One line of the answer: "jiffies = 4294995838".
Result<Json> show(Workspace& workspace, const std::string& name, const std::string& text,
                  std::optional<unsigned> cpu, bool hexadecimal, InspectionAnswer& answer) {
    auto meaning = evaluate(workspace.scope(cpu), text);
    if (!meaning) return std::unexpected(std::move(meaning.error()));
    Json json;
    if (cpu) json.set("cpu", *cpu);
    if (!meaning->type) {
        if (!meaning->symbol.empty()) return fail(std::string(kUntyped) + text);
        answer.text += fmt::format("{} = {}\n", name,
                                   hexadecimal ? hex(meaning->address) : std::to_string(meaning->address));
        json.set("value", hex(meaning->address));
        return json;
    }
    const TypeRef& type = *meaning->type;
    json.set("type", type.name());
    if (meaning->value) {
        std::string symbol = workspace.symbol_text(*meaning->value);
        answer.text += fmt::format("{} = ({}) {:#x}{}\n", name, type.name(), *meaning->value,
                                   symbol.empty() ? "" : " <" + escape_for_terminal(symbol) + ">");
        Json value;
        value.set("address", hex(*meaning->value));
        value.set("symbol", symbol.empty() ? Json() : Json(symbol));
        json.set("value", std::move(value));
        return json;
    }
    auto value = show_value(workspace.values(), meaning->place(), hexadecimal);
    std::string shown_type = type.is_pointer()     ? "(" + type.name() + ") "
                             : type.is_aggregate() ? type.name() + " "
                                                   : "";
    answer.text += fmt::format("{} = {}{}\n", name, shown_type, value.text);
    if (auto known = global_type(text); known && known->ends_with("[]") && type.target()->size() > 1)
        answer.text += "(as long as the symbol is, padding included: BTF does not tell its length)\n";
    note_missing(answer, value.missing);
    json.set("address", hex(meaning->address));
    json.set("value", std::move(value.json));
    return json;
}

Result<InspectionAnswer> run(Workspace& workspace, std::span<const std::string> arguments) {
    bool hexadecimal = !arguments.empty() && arguments[0] == "-x";
    if (hexadecimal || (!arguments.empty() && arguments[0] == "-d")) arguments = arguments.subspan(1);
    std::string text = join({arguments.begin(), arguments.end()}, " ");
    if (text.empty()) return fail("p takes a variable or an expression");
    if (!workspace.session().types())
        return cannot_tell("this dump holds no types: " + join(workspace.session().problems(), "; "));
    InspectionAnswer answer{.text = {}, .json = Json(Json::Object{}), .problems = {}};
    auto [expression, cpus] = split_cpus(text);
    if (!cpus) {
        if (auto symbol = workspace.symbol_named(text)) {
            if (workspace.is_per_cpu(*symbol)) return show_addresses(workspace, *symbol);
            auto function = workspace.find_type(text, TypeKind::function);
            if (function && (symbol->type == 't' || symbol->type == 'T'))
                return show_function(workspace, *symbol, *function);
        } else if (!workspace.symbols_named(text).empty()) {
            return std::unexpected(std::move(symbol.error()));
        }
        auto shown = show(workspace, escape_for_terminal(text), text, std::nullopt, hexadecimal, answer);
        if (!shown) return std::unexpected(std::move(shown.error()));
        answer.json = std::move(*shown);
        return answer;
    }
    auto list = workspace.cpus_of(*cpus);
    if (!list) return std::unexpected(std::move(list.error()));
    Json::Array values;
    for (unsigned cpu : *list) {
        auto shown = show(workspace, fmt::format("per_cpu({}, {})", escape_for_terminal(expression), cpu),
                          std::string(expression), cpu, hexadecimal, answer);
        if (!shown) return std::unexpected(std::move(shown.error()));
        values.push_back(std::move(*shown));
    }
    answer.json.set("values", std::move(values));
    return answer;
}

}  // namespace

extern const Inspection plugin_inspections_p;
const Inspection plugin_inspections_p{
    "p", "[-x] VARIABLE | EXPRESSION[:CPUS]", "the value of a variable or an expression",
    "  p jiffies                         a global whose type is known\n"
    "  p (struct list_head)super_blocks  any other: BTF holds no types of globals, and none is guessed\n"
    "  p runqueues.nr_running:a          a per-CPU variable: :0, :0-3,5, :a all, : the CPU that crashed\n"
    "  p ((struct file *)0xffff...)->f_inode.i_ino,  p *..., p &..., p init_task.comm, p x[3]\n"
    "-x prints integers in hexadecimal. There is no arithmetic.",
    run};

}  // namespace inquest
