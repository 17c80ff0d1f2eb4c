#include "inspect/local_values.h"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>

#include "base/text.h"

namespace inquest {
namespace {

constexpr std::uint64_t kLargest = 4096;  // bytes of a structure whose members are shown
constexpr std::size_t kLongestText = 400;

struct Shown {
    std::string text;
    Json json;
};

// What is in no memory is shown as if it were: at this address.
constexpr std::uint64_t kNowhere = 8;

std::optional<Shown> show(Workspace& workspace, const dataflow::VariableValue& value) {
    if (!value.number && !value.address) return std::nullopt;
    const auto type = workspace.type_named(value.variable.type);
    const std::uint64_t size = type ? type->size() : 0;
    // A type of the same name may be another one.
    const bool typed = size > 0 && size <= kLargest && size == value.variable.size;
    if (!typed)
        return value.number ? Shown{hex(*value.number), Json(hex(*value.number))}
                            : Shown{"at " + hex(*value.address), Json()};
    ValueSource source = workspace.values();
    if (!value.address) {
        source.read = [&, number = *value.number](std::uint64_t address, std::span<std::uint8_t> out) {
            if (address < kNowhere || address - kNowhere > sizeof number ||
                out.size() > sizeof number - (address - kNowhere))
                return workspace.session().read(address, out);
            std::memcpy(out.data(), reinterpret_cast<const char*>(&number) + (address - kNowhere),
                        out.size());
            return ReadOutcome::present;
        };
    }
    ValueText text = show_value(source, {*type, value.address.value_or(kNowhere)});
    std::string line;
    for (std::string_view part : split_words(text.text)) line.append(line.empty() ? "" : " ").append(part);
    if (line.size() > kLongestText && value.address) line = "at " + hex(*value.address);
    return Shown{std::move(line), std::move(text.json)};
}

}  // namespace

std::string locals_text(Workspace& workspace, const dataflow::FunctionVariables& function) {
    std::string text;
    std::vector<std::string> unknown;
    for (const dataflow::VariableValue& value : function.variables) {
        auto shown = show(workspace, value);
        const std::string& type = value.variable.type;
        const std::string name = escape_for_terminal(value.variable.name);
        if (!shown) {
            unknown.push_back(name);
            continue;
        }
        text += fmt::format("        {}{}{} = {}\n", escape_for_terminal(type),
                            type.ends_with('*') ? "" : " ", name, shown->text);
    }
    if (!unknown.empty()) text += fmt::format("        not known here: {}\n", fmt::join(unknown, ", "));
    return text;
}

Json locals_json(Workspace& workspace, const dataflow::FunctionVariables& function) {
    Json::Array all;
    for (const dataflow::VariableValue& value : function.variables) {
        auto shown = show(workspace, value);
        Json one;
        one.set("name", value.variable.name);
        one.set("type", value.variable.type);
        one.set("parameter", value.variable.parameter);
        one.set("address", value.address ? Json(hex(*value.address)) : Json());
        one.set("value", shown ? std::move(shown->json) : Json());
        all.push_back(std::move(one));
    }
    return all;
}

}  // namespace inquest
