#include "inspect/struct_command.h"

#include <fmt/format.h>

#include "base/text.h"
#include "inspect/declaration.h"

namespace inquest {
namespace {

constexpr std::uint64_t kMostStructs = 4096;

struct Request {
    TypeRef type;
    std::vector<std::string_view> members;  // empty: all
    std::uint64_t back = 0;                 // from the address given to the start of the struct
    std::uint64_t count = 1;
    bool hexadecimal = false, addresses = false;
};

std::optional<TypeRef> find_aggregate(Workspace& workspace, std::string_view name) {
    for (TypeKind kind : {TypeKind::structure, TypeKind::union_type, TypeKind::type_def})
        if (auto found = workspace.find_type(name, kind); found && found->is_aggregate()) return found;
    return std::nullopt;
}

Result<std::uint64_t> offset_of(Workspace& workspace, std::string_view text) {
    if (auto number = text.starts_with("0x") ? parse_hex(text) : parse_dec(text)) return *number;
    auto dot = text.find('.');
    auto type = dot == text.npos ? std::nullopt : find_aggregate(workspace, text.substr(0, dot));
    auto place = type ? type->types->member(type->id, text.substr(dot + 1)) : std::nullopt;
    if (!place) return fail("\"" + std::string(text) + "\" is no offset, nor a member of a struct");
    return place->offset;
}

Result<InspectionAnswer> layout(const Request& request) {
    InspectionAnswer answer{.text = {}, .json = Json(Json::Object{}), .problems = {}};
    const Btf& types = *request.type.types;
    if (request.members.empty()) {
        answer.text = definition(types, request.type.id);
        answer.json = definition_json(types, request.type.id);
        return answer;
    }
    Json::Array members;
    for (std::string_view path : request.members) {
        auto place = member_of({request.type, 0, 0, 0}, path);
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
    answer.json.set("type", request.type.name());
    answer.json.set("size", request.type.size());
    answer.json.set("members", std::move(members));
    answer.text += fmt::format("SIZE: {}\n", request.type.size());
    return answer;
}

Result<Json> show_one(Workspace& workspace, const Request& request, std::uint64_t address,
                      InspectionAnswer& answer) {
    Json json;
    json.set("address", hex(address));
    ValuePlace whole{request.type, address, 0, 0};
    if (request.addresses) {
        answer.text += definition(*request.type.types, request.type.id, address);
        return json;
    }
    if (request.members.empty()) {
        auto value = show_value(workspace.values(), whole, request.hexadecimal);
        answer.text += request.type.name() + " " + value.text + "\n";
        note_missing(answer, value.missing);
        json.set("value", std::move(value.json));
        return json;
    }
    Json values{Json::Object{}};
    for (std::string_view path : request.members) {
        auto place = member_of(whole, path);
        if (!place) return std::unexpected(std::move(place.error()));
        auto value = show_value(workspace.values(), *place, request.hexadecimal, 2);
        answer.text += fmt::format("  {} = {},\n", escape_for_terminal(path), value.text);
        note_missing(answer, value.missing);
        values.set(std::string(path), std::move(value.json));
    }
    json.set("value", std::move(values));
    return json;
}

}  // namespace

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
    Request request;
    std::string_view name = words[0];
    if (auto dot = name.find('.'); dot != name.npos) {
        request.members = split(name.substr(dot + 1), ',');
        name = name.substr(0, dot);
    }
    auto type = find_aggregate(workspace, name);
    if (!type) return fail("neither the kernel nor a module has a struct or union " + std::string(name));
    request.type = *type;
    request.hexadecimal = options->has('x');
    request.addresses = options->has('o');
    auto count = options->count('c', 1, kMostStructs);
    if (!count) return std::unexpected(std::move(count.error()));
    request.count = *count;
    if (words.size() == 1) return layout(request);
    if (words.size() == 3) {
        auto number = parse_dec(words[2]);
        if (!number || *number == 0 || *number > kMostStructs)
            return fail("\"" + words[2] + "\" is no count from 1 to " + std::to_string(kMostStructs));
        request.count = *number;
    }
    if (auto back = options->value('l')) {
        auto offset = offset_of(workspace, *back);
        if (!offset) return std::unexpected(std::move(offset.error()));
        request.back = *offset;
    }
    auto addresses = workspace.addresses_of(words[1]);
    if (!addresses) return std::unexpected(std::move(addresses.error()));
    InspectionAnswer answer{.text = {}, .json = Json(Json::Object{}), .problems = {}};
    Json::Array values;
    for (const auto& [cpu, start] : *addresses) {
        if (cpu) answer.text += fmt::format("[{}]: {:x}\n", *cpu, start);
        for (std::uint64_t i = 0; i < request.count && !workspace.stopped(); ++i) {
            auto one = show_one(workspace, request, start - request.back + i * request.type.size(), answer);
            if (!one) return std::unexpected(std::move(one.error()));
            if (cpu) one->set("cpu", *cpu);
            values.push_back(std::move(*one));
        }
    }
    answer.json.set("type", request.type.name());
    answer.json.set("values", std::move(values));
    return answer;
}

}  // namespace inquest
