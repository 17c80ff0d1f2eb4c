// Tasks as people name them to a command.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "inspect/workspace.h"

namespace inquest {

// "all", PIDs, addresses of a task_struct; without words the task that crashed. The error names the word that
// is none of them.
Result<std::vector<TaskView>> tasks_named(Workspace& workspace, std::span<const std::string> words);

// "PID: 131  TASK: ffff9c0a41fc180  CPU: 0  COMMAND: "init"\n"
std::string task_title(const TaskView& task);

// pid, comm, cpu, address, state.
Json json_of_task(const TaskView& task);

}  // namespace inquest
