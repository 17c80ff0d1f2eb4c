#include "inspect/struct_command.h"

#include <fmt/format.h>

#include "base/text.h"
#include "inspect/declaration.h"

namespace inquest {
namespace {

constexpr std::uint64_t kMostStructs = 4096;

std::optional<TypeRef> find_aggregate(Workspace& workspace, std::string_view name) {
    for (TypeKind kind : {TypeKind::structure, TypeKind::union_type, TypeKind::type_def})
        if (auto found = workspace.find_type(name, kind); found && found->is_aggregate()) return found;
    return std::nullopt;
}

Result<InspectionAnswer> layout(const StructView& view) {
    InspectionAnswer answer{.text = {}, .json = Json(Json::Object{}), .problems = {}};
    const Types& types = *view.type.types;
    if (view.members.empty()) {
        answer.text = definition(types, view.type.id);
        answer.json = definition_json(types, view.type.id);
        return answer;
    }
    Json::Array members;
    for (std::string_view path : view.members) {
        auto place = member_of({view.type, 0, 0, 0}, path);
        if (!place) return std::unexpected(std::move(place.error()));
        std::string line = fmt::format("  {:>6} {}", fmt::format("[{}]", place->address),
                                       declaration(types, place->type.id, escape_for_terminal(path)));
        if (place->bit_size)
            line += fmt::format(" : {} /* bit {} */", place->bit_size, place->bit_offset % 8);
        answer.text += line + ";\n";
        Json one = definition_json(types, place->type.id);
        one.set("name", path);
        one.set("offset", place->address);
        one.set("bit_size", place->bit_size);
        members.push_back(std::move(one));
    }
    answer.json.set("type", view.type.name());
    answer.json.set("size", view.type.size());
    answer.json.set("members", std::move(members));
    answer.text += fmt::format("SIZE: {}\n", view.type.size());
    return answer;
}

}  // namespace

Result<std::uint64_t> offset_argument(Workspace& workspace, std::string_view text) {
    if (auto number = text.starts_with("0x") ? parse_hex(text) : parse_dec(text)) return *number;
    auto dot = text.find('.');
    auto type = dot == text.npos ? std::nullopt : find_aggregate(workspace, text.substr(0, dot));
    auto place = type ? type->types->member(type->id, text.substr(dot + 1)) : std::nullopt;
    if (!place) return fail("\"" + std::string(text) + "\" is no offset, nor a member of a struct");
    return place->offset;
}

Result<StructView> struct_view(Workspace& workspace, std::string_view text) {
    StructView view;
    std::string_view name = text;
    if (auto dot = text.find('.'); dot != text.npos) {
        for (std::string_view member : split(text.substr(dot + 1), ',')) view.members.emplace_back(member);
        name = text.substr(0, dot);
    }
    auto type = find_aggregate(workspace, name);
    if (!type) return fail("neither the kernel nor a module has a struct or union " + std::string(name));
    view.type = *type;
    return view;
}

Result<Json> show_struct_at(Workspace& workspace, const StructView& view, std::uint64_t address,
                            InspectionAnswer& answer) {
    Json json;
    json.set("address", hex(address));
    ValuePlace whole{view.type, address, 0, 0};
    if (view.addresses) {
        answer.text += definition(*view.type.types, view.type.id, address);
        return json;
    }
    if (view.members.empty()) {
        auto value = show_value(workspace.values(), whole, view.hexadecimal);
        answer.text += view.type.name() + " " + value.text + "\n";
        note_missing(answer, value.missing);
        json.set("value", std::move(value.json));
        return json;
    }
    Json values{Json::Object{}};
    for (std::string_view path : view.members) {
        auto place = member_of(whole, path);
        if (!place) return std::unexpected(std::move(place.error()));
        auto value = show_value(workspace.values(), *place, view.hexadecimal, 2);
        answer.text += fmt::format("  {} = {},\n", escape_for_terminal(path), value.text);
        note_missing(answer, value.missing);
        values.set(std::string(path), std::move(value.json));
    }
    json.set("value", std::move(values));
    return json;
}

Result<InspectionAnswer> show_struct(Workspace& workspace, std::string_view keyword,
                                     std::span<const std::string> arguments) {
    auto options = Options::parse(keyword, "oxdl:c:", arguments);
    if (!options) return std::unexpected(std::move(options.error()));
    const auto& words = options->words();
    if (words.empty() || words.size() > 3)
        return fail(std::string(keyword) + " takes a type's name and an address: " + std::string(keyword) +
                    " page.flags 0xffff...");
    if (!workspace.session().types())
        return cannot_tell("this dump holds no types: " + join(workspace.session().problems(), "; "));
    auto view = struct_view(workspace, words[0]);
    if (!view) return std::unexpected(std::move(view.error()));
    view->hexadecimal = options->has('x');
    view->addresses = options->has('o');
    auto count = options->count('c', 1, kMostStructs);
    if (!count) return std::unexpected(std::move(count.error()));
    if (words.size() == 1) return layout(*view);
    if (words.size() == 3) {
        auto number = parse_dec(words[2]);
        if (!number || *number == 0 || *number > kMostStructs)
            return fail("\"" + words[2] + "\" is no count from 1 to " + std::to_string(kMostStructs));
        count = *number;
    }
    std::uint64_t back = 0;  // from the address given to the start of the structure
    if (auto member = options->value('l')) {
        auto offset = offset_argument(workspace, *member);
        if (!offset) return std::unexpected(std::move(offset.error()));
        back = *offset;
    }
    auto addresses = workspace.addresses_of(words[1]);
    if (!addresses) return std::unexpected(std::move(addresses.error()));
    InspectionAnswer answer{.text = {}, .json = Json(Json::Object{}), .problems = {}};
    Json::Array values;
    for (const auto& [cpu, start] : *addresses) {
        if (cpu) answer.text += fmt::format("[{}]: {:x}\n", *cpu, start);
        for (std::uint64_t i = 0; i < *count && !workspace.stopped(); ++i) {
            auto one = show_struct_at(workspace, *view, start - back + i * view->type.size(), answer);
            if (!one) return std::unexpected(std::move(one.error()));
            if (cpu) one->set("cpu", *cpu);
            values.push_back(std::move(*one));
        }
    }
    answer.json.set("type", view->type.name());
    answer.json.set("values", std::move(values));
    return answer;
}

}  // namespace inquest
