#include <fmt/format.h>

#include "base/text.h"
#include "inspect/inspection.h"

namespace inquest {
namespace {

Result<InspectionAnswer> run(Workspace& workspace, std::span<const std::string> arguments) {
    if (arguments.size() != 1)
        return fail("struct takes a type's name, with a member if wanted: struct page.flags");
    const Btf* types = workspace.session().types();
    if (!types) return fail("this dump holds no types: " + join(workspace.session().problems(), "; "));
    std::string_view name = arguments[0], path;
    if (auto dot = name.find('.'); dot != name.npos) {
        path = name.substr(dot + 1);
        name = name.substr(0, dot);
    }
    auto id = types->find_struct(name);
    if (!id) return fail("the kernel has no struct or union " + std::string(name));
    std::uint64_t base = 0;
    TypeId shown = *id;
    if (!path.empty()) {
        auto place = types->member(*id, path);
        if (!place) return fail("struct " + std::string(name) + " has no member " + std::string(path));
        base = place->offset;
        shown = types->resolve(place->type);
    }
    InspectionAnswer answer{.text = types->name_of(shown) + (path.empty() ? "" : " " + std::string(path)),
                            .json = Json(Json::Object{}),
                            .problems = {}};
    answer.json.set("type", types->name_of(shown));
    answer.json.set("offset", base);
    answer.json.set("size", types->size_of(shown));
    auto members = types->members(shown);
    Json::Array list;
    if (!members.empty()) answer.text += " {";
    answer.text += '\n';
    for (const Member& member : members) {
        std::uint64_t offset = base + member.bit_offset / 8;
        std::string line =
            fmt::format("  {:>6} {} {}", fmt::format("[{}]", offset), types->name_of(member.type),
                        member.name.empty() ? "" : escape_for_terminal(member.name));
        if (member.bit_size) line += fmt::format(" : {} (bit {})", member.bit_size, member.bit_offset % 8);
        answer.text.append(trim_right(line)).append("\n");
        Json one;
        one.set("name", member.name);
        one.set("type", types->name_of(member.type));
        one.set("offset", offset);
        one.set("bit_size", member.bit_size);
        list.push_back(std::move(one));
    }
    if (!members.empty()) answer.text += "}\n";
    answer.text += fmt::format("{}: {}\n", path.empty() ? "SIZE" : "OFFSET",
                               path.empty() ? types->size_of(shown) : base);
    answer.json.set("members", std::move(list));
    return answer;
}

}  // namespace

extern const Inspection plugin_inspections_struct;
const Inspection plugin_inspections_struct{"struct", "TYPE[.MEMBER]",
                                           "the layout of a struct or union, from the dump's own BTF",
                                           "Offsets and sizes are bytes, decimal.", run};

}  // namespace inquest
