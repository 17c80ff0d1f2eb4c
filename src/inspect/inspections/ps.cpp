#include <algorithm>
#include <fmt/format.h>

#include "base/text.h"
#include "inspect/inspection.h"

namespace inquest {
namespace {

Result<InspectionAnswer> run(Workspace& workspace, std::span<const std::string> arguments) {
    bool kernel_only = false, user_only = false, active_only = false, leaders_only = false;
    std::vector<std::string_view> wanted;
    for (const std::string& argument : arguments) {
        if (argument == "-k") {
            kernel_only = true;
        } else if (argument == "-u") {
            user_only = true;
        } else if (argument == "-A") {
            active_only = true;
        } else if (argument == "-G") {
            leaders_only = true;
        } else if (argument.starts_with("-")) {
            return fail("ps does not know " + argument);
        } else {
            wanted.push_back(argument);
        }
    }
    const TaskList& list = workspace.tasks();
    InspectionAnswer answer{
        .text = fmt::format("   {:>7} {:>7} {:>3}  {:<16}  ST  COMM\n", "PID", "PPID", "CPU", "TASK"),
        .json = Json(Json::Object{}),
        .problems = list.problems};
    Json::Array tasks;
    for (const TaskView& task : list.tasks) {
        auto is_wanted = [&](std::string_view word) {
            return word == task.comm || parse_signed(word) == task.pid || parse_hex(word) == task.address;
        };
        if ((kernel_only && !task.kernel_thread) || (user_only && task.kernel_thread) ||
            (active_only && !task.current) || (leaders_only && task.pid != task.tgid) ||
            (!wanted.empty() && std::ranges::none_of(wanted, is_wanted)))
            continue;
        bool bracket = task.kernel_thread;
        answer.text += fmt::format(
            "{}  {:>7} {:>7} {:>3}  {:016x}  {:<2}  {}\n", task.current ? '>' : ' ', task.pid, task.parent,
            task.cpu, task.address, task.state,
            bracket ? "[" + escape_for_terminal(task.comm) + "]" : escape_for_terminal(task.comm));
        Json one;
        one.set("pid", task.pid);
        one.set("tgid", task.tgid);
        one.set("ppid", task.parent);
        one.set("comm", task.comm);
        one.set("cpu", task.cpu);
        one.set("address", hex(task.address));
        one.set("state", task.state);
        one.set("kernel_thread", task.kernel_thread);
        one.set("current", task.current);
        tasks.push_back(std::move(one));
    }
    answer.json.set("tasks", std::move(tasks));
    return answer;
}

}  // namespace

extern const Inspection plugin_inspections_ps;
const Inspection plugin_inspections_ps{
    "ps", "[-k | -u] [-A] [-G] [PID | TASK | COMM]...", "tasks: the kernel's list, every thread",
    "  -k  kernel threads only      -u  user tasks only\n"
    "  -A  what the CPUs ran        -G  thread group leaders only\n"
    "'>' marks what a CPU ran when the kernel died. States: RU running, IN interruptible,\n"
    "UN uninterruptible, ID idle, ST stopped, TR traced, PA parked, ZO zombie, DE dead.",
    run};

}  // namespace inquest
