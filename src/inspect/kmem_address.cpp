#include <fmt/format.h>

#include "base/text.h"
#include "inspect/kmem.h"
#include "kernel/identify.h"

namespace inquest {
namespace {

Json identity_json(const Identity& found) {
    auto text_or_null = [](const std::string& text) { return text.empty() ? Json() : Json(text); };
    Json one;
    one.set("address", hex(found.address));
    one.set("kind", name_of(found.kind));
    one.set("text", found.text);
    one.set("offset", hex(found.offset));
    one.set("symbol", text_or_null(found.symbol));
    one.set("module", text_or_null(found.module));
    one.set("cpu", found.cpu ? Json(*found.cpu) : Json());
    one.set("pid", found.pid >= 0 ? Json(found.pid) : Json());
    if (!found.cache.empty()) {
        Json slab;
        slab.set("cache", found.cache);
        slab.set("slab", hex(found.slab));
        slab.set("object", hex(found.object));
        slab.set("index", found.index);
        slab.set("state", name_of(found.state));
        one.set("slab", std::move(slab));
    }
    if (found.page) one.set("page", json_of_page(*found.page));
    if (found.area) {
        Json area;
        area.set("start", hex(found.area->start));
        area.set("end", hex(found.area->end));
        area.set("pages", found.area->pages);
        area.set("physical", hex(found.area->physical));
        one.set("area", std::move(area));
    }
    return one;
}

std::string identity_text(const Identity& found) {
    std::string text = fmt::format("{:016x}  {}\n", found.address, escape_for_terminal(found.text));
    if (found.kind == AddressKind::slab)
        text += fmt::format("    object {:016x}, number {} of slab {:016x}, {}\n", found.object, found.index,
                            found.slab, name_of(found.state));
    if (found.page)
        text += fmt::format("    page {:016x}, frame {:x}, references {}, flags {}{}{}\n",
                            found.page->descriptor, found.page->pfn, found.page->references,
                            found.page->flag_names.empty() ? "none" : join(found.page->flag_names, ","),
                            found.page->type.empty() ? "" : ", type " + found.page->type,
                            found.page->head == found.page->descriptor
                                ? ""
                                : fmt::format(", part of {:016x}", found.page->head));
    if (found.area)
        text += fmt::format("    area {:016x} to {:016x}, {} pages, {}\n", found.area->start, found.area->end,
                            found.area->pages, join(found.area->flags, ","));
    return text;
}

}  // namespace

Json json_of_page(const PageView& page) {
    Json one;
    one.set("pfn", page.pfn);
    one.set("descriptor", hex(page.descriptor));
    Json::Array flags;
    for (const std::string& flag : page.flag_names) flags.emplace_back(flag);
    one.set("flags", std::move(flags));
    one.set("type", page.type.empty() ? Json() : Json(page.type));
    one.set("head", hex(page.head));
    one.set("references", page.references);
    one.set("mapping", hex(page.mapping));
    one.set("index", hex(page.index));
    return one;
}

Result<InspectionAnswer> kmem_identify(Workspace& workspace, const std::vector<std::string>& words) {
    InspectionAnswer answer{.text = {}, .json = Json(Json::Object{}), .problems = {}};
    Identifier& identifier = workspace.identifier();
    Json::Array found;
    for (const std::string& word : words) {
        auto addresses = workspace.addresses_of(word);
        if (!addresses) return std::unexpected(std::move(addresses.error()));
        for (const auto& one : *addresses) {
            Identity identity = identifier.identify(one.address);
            answer.text += identity_text(identity);
            found.push_back(identity_json(identity));
        }
    }
    answer.problems = identifier.problems();
    answer.json.set("addresses", std::move(found));
    return answer;
}

InspectionAnswer kmem_vmalloc(Workspace& workspace) {
    auto found = read_vmalloc(workspace.session());
    InspectionAnswer answer{
        .text = fmt::format("{:<16}  {:<16}  {:>8}  {:<14}  CALLER\n", "START", "END", "PAGES", "FLAGS"),
        .json = Json(Json::Object{}),
        .problems = found.problems};
    Json::Array areas;
    for (const VmallocArea& area : found.areas) {
        std::string caller = area.caller ? workspace.symbol_text(area.caller) : "";
        answer.text += fmt::format("{:016x}  {:016x}  {:>8}  {:<14}  {}\n", area.start, area.end, area.pages,
                                   join(area.flags, ","), escape_for_terminal(caller));
        Json one;
        one.set("start", hex(area.start));
        one.set("end", hex(area.end));
        one.set("pages", area.pages);
        one.set("physical", hex(area.physical));
        one.set("caller", caller);
        Json::Array flags;
        for (const std::string& flag : area.flags) flags.emplace_back(flag);
        one.set("flags", std::move(flags));
        areas.push_back(std::move(one));
    }
    answer.json.set("areas", std::move(areas));
    return answer;
}

}  // namespace inquest
