#include "inspect/task_selection.h"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>

#include "base/text.h"
#include "kernel/crashed_task.h"

namespace inquest {

Result<std::vector<TaskView>> tasks_named(Workspace& workspace, std::span<const std::string> words) {
    const TaskList& list = workspace.tasks();
    if (list.tasks.empty()) return fail("no task can be found: " + join(list.problems, "; "));
    if (words.empty()) {
        auto crashed = crashed_task(workspace.session(), workspace.code(), list);
        if (!crashed) return fail("the dump does not tell which task crashed; name one by its PID");
        return std::vector{*crashed};
    }
    std::vector<TaskView> named;
    for (const std::string& word : words) {
        const std::size_t before = named.size();
        std::ranges::copy_if(list.tasks, std::back_inserter(named), [&](const TaskView& task) {
            return word == "all" || parse_signed(word) == task.pid || parse_hex(word) == task.address;
        });
        if (named.size() == before) return fail("no task " + word + "; ps lists them");
    }
    return named;
}

std::string task_title(const TaskView& task) {
    return fmt::format("PID: {}  TASK: {:016x}  CPU: {}  COMMAND: \"{}\"\n", task.pid, task.address, task.cpu,
                       escape_for_terminal(task.comm));
}

Json json_of_task(const TaskView& task) {
    Json one;
    one.set("pid", task.pid);
    one.set("comm", task.comm);
    one.set("cpu", task.cpu);
    one.set("address", hex(task.address));
    one.set("state", task.state);
    return one;
}

}  // namespace inquest
