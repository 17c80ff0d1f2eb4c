#include "base/text.h"
#include "inspect/inspection.h"
#include "kernel/subsystems/printk.h"

namespace inquest {
namespace {

Result<InspectionAnswer> run(Workspace& workspace, std::span<const std::string> arguments) {
    if (!arguments.empty()) return fail("log takes no arguments");
    auto log = read_kernel_log(workspace.session());
    if (!log) return std::unexpected(std::move(log.error()));
    InspectionAnswer answer{.text = {}, .json = Json(Json::Object{}), .problems = std::move(log->problems)};
    Json::Array lines;
    for (std::string_view line : split_lines(log->text)) lines.emplace_back(line);
    answer.json.set("lines", std::move(lines));
    answer.text = std::move(log->text);
    return answer;
}

}  // namespace

extern const Inspection plugin_inspections_log;
const Inspection plugin_inspections_log{
    "log", "", "the kernel's log out of its ring buffer",
    "Byte for byte what makedumpfile --dump-dmesg writes: bytes that do not print stand as \\xNN.", run};

}  // namespace inquest
