#include <fmt/format.h>

#include "base/text.h"
#include "inspect/declaration.h"
#include "inspect/inspection.h"

namespace inquest {
namespace {

// A clone that the compiler made (foo.isra.0, foo.cold) has its prototype under the bare name only.
std::string_view bare_name(std::string_view symbol) { return symbol.substr(0, symbol.find('.')); }

bool add_function(Workspace& workspace, std::string_view name, InspectionAnswer& answer) {
    auto function = workspace.find_type(bare_name(name), TypeKind::function);
    if (!function) return false;
    std::string prototype = declaration(*function->types, function->id, bare_name(name)) + ";";
    answer.text += prototype + "\n";
    answer.json.set("function", prototype);
    if (bare_name(name) != name) {
        std::string note = std::string(name) + " is a clone of it, which may lack parameters";
        answer.text += "(" + escape_for_terminal(note) + ")\n";
        answer.json.set("note", note);
    }
    return true;
}

bool add_variable(Workspace& workspace, std::string_view name, InspectionAnswer& answer) {
    auto type = workspace.type_of_symbol(name);
    if (!type) return false;
    std::string suffix = type->elements ? fmt::format("{}[{}]", name, *type->elements) : std::string(name);
    std::string text = declaration(*type->types, type->id, type->stars, suffix) + ";";
    answer.text += text + "\n";
    answer.json.set("variable", text);
    return true;
}

Result<InspectionAnswer> run(Workspace& workspace, std::span<const std::string> arguments) {
    std::string text = join({arguments.begin(), arguments.end()}, " ");
    if (text.empty()) return fail("whatis takes a type, a function, a variable or an expression");
    if (!workspace.session().types())
        return cannot_tell("this dump holds no types: " + join(workspace.session().problems(), "; "));
    InspectionAnswer answer{.text = {}, .json = Json(Json::Object{}), .problems = {}};
    bool found = false;
    if (text.find(' ') == text.npos) {
        found = add_function(workspace, text, answer);
        found |= add_variable(workspace, text, answer);
    }
    if (auto type = workspace.type_named(text); type && !type->stars && !type->elements) {
        answer.text += definition(*type->types, type->id);
        answer.json.set("type", definition_json(*type->types, type->id));
        found = true;
    }
    if (found) return answer;
    auto named = workspace.symbols_named(text);
    if (!named.empty())
        return fail("the type of " + text +
                    " is not known: BTF holds no types of globals, and it is none of those "
                    "whose type is kept here");
    // For its type alone the CPU of a per-CPU variable does not matter.
    auto meaning = evaluate(workspace.scope(0), split_cpus(text).first);
    if (!meaning) return std::unexpected(std::move(meaning.error()));
    if (!meaning->type) return fail("\"" + text + "\" is a mere number");
    answer.text = "type = " + meaning->type->name() + "\n";
    answer.json.set("type", meaning->type->name());
    return answer;
}

}  // namespace

extern const Inspection plugin_inspections_whatis;
const Inspection plugin_inspections_whatis{
    "whatis", "TYPE | FUNCTION | VARIABLE | EXPRESSION",
    "the definition of a type, the prototype of a function, the type of a variable",
    "Out of the dump's BTF: functions of the kernel and of modules that carry BTF, types, per-CPU\n"
    "variables. BTF holds no types of other globals; those of well-known ones are kept here.",
    run};

}  // namespace inquest
