#include <algorithm>
#include <fmt/format.h>

#include "base/text.h"
#include "inspect/inspection.h"

namespace inquest {
namespace {

Result<InspectionAnswer> run(Workspace& workspace, std::span<const std::string> arguments) {
    auto options = Options::parse("mod", "tsS", arguments);
    if (!options) return std::unexpected(std::move(options.error()));
    const ModuleList& list = workspace.code().modules();
    for (const std::string& name : options->words())
        if (std::ranges::find(list.modules, name, &ModuleView::name) == list.modules.end())
            return fail("no module " + name + " is loaded");
    InspectionAnswer answer{
        .text = fmt::format("{:<16}  {:<16}  {:>9}  {:<24} {}\n", "MODULE", "TEXT", "SIZE", "NAME", "TAINT"),
        .json = Json(Json::Object{}),
        .problems = list.problems};
    Json::Array modules;
    for (const ModuleView& module : list.modules) {
        if (!options->words().empty() &&
            std::ranges::find(options->words(), module.name) == options->words().end())
            continue;
        if (options->has('t') && module.taints.empty()) continue;
        std::string line = fmt::format("{:016x}  {:016x}  {:>9}  {:<24} {}", module.address, module.text,
                                       module.size, escape_for_terminal(module.name), module.taints);
        answer.text.append(trim_right(line)).append("\n");
        Json one;
        one.set("name", module.name);
        one.set("address", hex(module.address));
        one.set("text", hex(module.text));
        one.set("size", module.size);
        one.set("taint", module.taints);
        modules.push_back(std::move(one));
    }
    answer.json.set("modules", std::move(modules));
    return answer;
}

}  // namespace

extern const Inspection plugin_inspections_mod;
const Inspection plugin_inspections_mod{
    "mod", "[-t] [NAME...]", "loaded modules with their addresses",
    "Newest first, as the kernel lists them. SIZE is bytes of all of a module's memory, as in "
    "/proc/modules.\n"
    "The list is held against the tree of modules' addresses: a module that only one of them knows is said.\n"
    "  -t  those that taint the kernel\n"
    "  -s, -S  are taken and change nothing: a module's symbols are in the dump itself",
    run};

}  // namespace inquest
