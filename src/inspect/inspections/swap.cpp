#include "kernel/subsystems/swap.h"

#include <fmt/format.h>

#include "base/text.h"
#include "inspect/inspection.h"

namespace inquest {
namespace {

Result<InspectionAnswer> run(Workspace& workspace, std::span<const std::string> arguments) {
    if (!arguments.empty()) return fail("swap takes no arguments");
    const unsigned to_kb = workspace.session().tables().page_shift - 10;
    auto swap = read_swap(workspace.session());
    InspectionAnswer answer{.text = {}, .json = Json(Json::Object{}), .problems = swap.problems};
    answer.text = fmt::format("{:<16}  {:<9}  {:>12}  {:>12}  {:>6}  FILE\n", "ADDRESS", "TYPE", "SIZE KB",
                              "USED KB", "PRIO");
    Json::Array areas;
    for (const SwapArea& area : swap.areas) {
        std::string_view type = area.partition ? "partition" : "file";
        answer.text += fmt::format("{:016x}  {:<9}  {:>12}  {:>12}  {:>6}  {}{}\n", area.address, type,
                                   area.pages << to_kb, area.used << to_kb, area.priority,
                                   escape_for_terminal(area.file), area.writable ? "" : "  (being emptied)");
        Json one;
        one.set("address", hex(area.address));
        one.set("file", area.file);
        one.set("type", type);
        one.set("size", area.pages << to_kb);
        one.set("used", area.used << to_kb);
        one.set("priority", area.priority);
        one.set("writable", area.writable);
        areas.push_back(std::move(one));
    }
    if (swap.areas.empty() && swap.problems.empty()) answer.text = "The machine had no swap.\n";
    answer.json.set("areas", std::move(areas));
    return answer;
}

}  // namespace

extern const Inspection plugin_inspections_swap;
const Inspection plugin_inspections_swap{"swap", "", "swap areas: size and use",
                                         "As in /proc/swaps, in kB. A higher priority is filled first.", run};

}  // namespace inquest
