// Who died.
#pragma once

#include <optional>

#include "kernel/code_map.h"
#include "kernel/subsystems/task.h"

namespace inquest {

// What the CPU that crashed was running: by crashing_cpu, else the running task on whose stack panic() or the
// crash handler is. nullopt when neither tells.
std::optional<TaskView> crashed_task(Session& session, CodeMap& code, const TaskList& tasks);

}  // namespace inquest
