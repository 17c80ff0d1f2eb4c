#include <algorithm>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include "base/text.h"
#include "inspect/inspection.h"
#include "kernel/crashed_task.h"

namespace inquest {
namespace {

// A line of the answer, in both forms.
void put(InspectionAnswer& answer, std::string_view label, std::string name, const std::string& value) {
    if (value.empty()) return;
    answer.text += fmt::format("{:>13}: {}\n", label, value);
    answer.json.set(std::move(name), value);
}

std::string crash_time(const Session& session) {
    auto seconds = parse_dec(session.info().value("CRASHTIME"));
    return seconds ? fmt::format("{:%Y-%m-%d %H:%M:%S} UTC", fmt::gmtime(static_cast<std::time_t>(*seconds)))
                   : "";
}

Result<InspectionAnswer> run(Workspace& workspace, std::span<const std::string> arguments) {
    if (!arguments.empty()) return fail("sys takes no arguments");
    Session& session = workspace.session();
    InspectionAnswer answer{.text = {}, .json = Json(Json::Object{}), .problems = {}};
    put(answer, "DUMP", "format", session.facts().format);
    put(answer, "RELEASE", "release", session.release());
    put(answer, "VERSION", "version", session.version());
    put(answer, "MACHINE", "machine", std::string(session.arch().name));
    put(answer, "BUILD ID", "build_id", std::string(session.info().value("BUILD-ID")));
    put(answer, "DATE", "date", crash_time(session));
    const TaskList& tasks = workspace.tasks();
    auto cpus = current_tasks(session);
    if (!cpus.empty()) put(answer, "CPUS", "cpus", std::to_string(cpus.size()));
    if (!tasks.tasks.empty()) put(answer, "TASKS", "tasks", std::to_string(tasks.tasks.size()));
    if (auto task = crashed_task(session, workspace.code(), tasks)) {
        put(answer, "CRASHED CPU", "crashed_cpu", std::to_string(task->cpu));
        put(answer, "PID", "pid", std::to_string(task->pid));
        put(answer, "COMMAND", "comm", task->comm);
        put(answer, "TASK", "task", hex(task->address));
    }
    std::ranges::copy(tasks.problems, std::back_inserter(answer.problems));
    return answer;
}

}  // namespace

extern const Inspection plugin_inspections_sys;
const Inspection plugin_inspections_sys{"sys", "", "the machine and the dump in a dozen lines",
                                        "What cannot be told from this dump is left out.", run};

}  // namespace inquest
