#include <algorithm>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include "base/text.h"
#include "inspect/inspection.h"
#include "kernel/crashed_task.h"
#include "kernel/subsystems/machine.h"
#include "kernel/subsystems/taint.h"

namespace inquest {
namespace {

// A line of the answer, in both forms.
void put(InspectionAnswer& answer, std::string_view label, std::string name, const std::string& value) {
    if (value.empty()) return;
    answer.text += fmt::format("{:>13}: {}\n", label, escape_for_terminal(value));
    answer.json.set(std::move(name), value);
}

std::string date_text(const Machine& machine) {
    return machine.time
               ? fmt::format("{:%Y-%m-%d %H:%M:%S} UTC", fmt::gmtime(static_cast<std::time_t>(*machine.time)))
               : "";
}

// As uptime(1) and crash have it: "3 days, 04:05:06".
std::string uptime_text(std::int64_t seconds) {
    constexpr std::int64_t kDay = 86400, kHour = 3600, kMinute = 60;
    std::string days =
        seconds >= kDay ? fmt::format("{} day{}, ", seconds / kDay, seconds < 2 * kDay ? "" : "s") : "";
    return days + fmt::format("{:02}:{:02}:{:02}", seconds % kDay / kHour, seconds % kHour / kMinute,
                              seconds % kMinute);
}

void put_cpus(InspectionAnswer& answer, Session& session, const Machine& machine) {
    auto running = current_tasks(session);
    const std::size_t count =
        machine.cpus.empty() ? running.size() : machine.cpus.size() + machine.offline.size();
    if (count == 0) return;
    put(answer, "CPUS", "cpus",
        std::to_string(count) +
            (machine.offline.empty() ? "" : fmt::format(" [offline: {}]", fmt::join(machine.offline, ", "))));
}

void put_machine(InspectionAnswer& answer, const Machine& machine) {
    put(answer, "DATE", "date", date_text(machine));
    if (machine.uptime && *machine.uptime >= 0) {
        put(answer, "UPTIME", "uptime", uptime_text(*machine.uptime));
        answer.json.set("uptime_seconds", *machine.uptime);
    }
    if (machine.load)
        put(answer, "LOAD AVERAGE", "load",
            fmt::format("{:.2f}, {:.2f}, {:.2f}", (*machine.load)[0], (*machine.load)[1],
                        (*machine.load)[2]));
}

std::string taint_text(Session& session) {
    Taint taint = taint_before_crash(session);
    return !taint.known ? "" : taint.flags.empty() ? "not tainted" : taint.flags;
}

std::string memory_text(const Machine& machine) {
    constexpr double kMega = 1 << 20;
    return machine.memory ? fmt::format("{:.1f} MB", static_cast<double>(*machine.memory) / kMega) : "";
}

Result<InspectionAnswer> run(Workspace& workspace, std::span<const std::string> arguments) {
    auto options = Options::parse("sys", "t", arguments);
    if (!options) return std::unexpected(std::move(options.error()));
    if (!options->words().empty()) return fail("sys takes options only");
    Session& session = workspace.session();
    InspectionAnswer answer{.text = {}, .json = Json(Json::Object{}), .problems = {}};
    if (options->has('t')) {
        put(answer, "TAINT", "taint", taint_text(session));
        return answer.text.empty() ? cannot_tell("no symbol tells where tainted_mask is") : answer;
    }
    const Machine machine = read_machine(session);
    put(answer, "DUMP", "format", session.facts().format);
    put_cpus(answer, session, machine);
    put_machine(answer, machine);
    const TaskList& tasks = workspace.tasks();
    if (!tasks.tasks.empty()) put(answer, "TASKS", "tasks", std::to_string(tasks.tasks.size()));
    put(answer, "NODENAME", "nodename", machine.node);
    put(answer, "RELEASE", "release", session.release());
    put(answer, "VERSION", "version", session.version());
    put(answer, "MACHINE", "machine", std::string(session.arch().name));
    put(answer, "HARDWARE", "hardware", machine.hardware);
    put(answer, "MEMORY", "memory", memory_text(machine));
    if (machine.memory) answer.json.set("memory_bytes", *machine.memory);
    put(answer, "BUILD ID", "build_id", std::string(session.info().value("BUILD-ID")));
    put(answer, "TAINT", "taint", taint_text(session));
    put(answer, "PANIC", "panic", panic_message(session));
    if (auto task = crashed_task(session, workspace.code(), tasks)) {
        put(answer, "CRASHED CPU", "crashed_cpu", std::to_string(task->cpu));
        put(answer, "PID", "pid", std::to_string(task->pid));
        put(answer, "COMMAND", "comm", task->comm);
        put(answer, "TASK", "task", hex(task->address));
        put(answer, "STATE", "state", task->state + (task->current ? " (active)" : ""));
    }
    std::ranges::copy(tasks.problems, std::back_inserter(answer.problems));
    return answer;
}

}  // namespace

extern const Inspection plugin_inspections_sys;
const Inspection plugin_inspections_sys{
    "sys", "[-t]", "the machine and the dump in a dozen lines",
    "What cannot be told from this dump is left out. TAINT is the kernel's before it died, MEMORY what\n"
    "it manages (MemTotal), UPTIME counts time in suspend.\n"
    "  -t  the taint alone",
    run};

}  // namespace inquest
