#include <fmt/format.h>

#include "base/text.h"
#include "inspect/inspection.h"

namespace inquest {
namespace {

Result<InspectionAnswer> run(Workspace& workspace, std::span<const std::string> arguments) {
    if (!arguments.empty()) return fail("mod takes no arguments");
    const ModuleList& list = workspace.code().modules();
    InspectionAnswer answer{
        .text = fmt::format("{:<16}  {:<16}  {:>9}  {:<24} {}\n", "MODULE", "TEXT", "SIZE", "NAME", "TAINT"),
        .json = Json(Json::Object{}),
        .problems = list.problems};
    Json::Array modules;
    for (const ModuleView& module : list.modules) {
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
    "mod", "", "loaded modules with their addresses",
    "Newest first, as the kernel lists them. SIZE is bytes of all of a module's memory, as in /proc/modules.",
    run};

}  // namespace inquest
