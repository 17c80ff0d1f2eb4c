// Tasks by their PIDs, held against the list of tasks.
#pragma once

#include "kernel/session.h"
#include "kernel/subsystems/task.h"

namespace inquest {

// Walks the PID table of the first PID namespace (pid_namespace.idr since 4.15, 95846ecf9dac). Every task has
// an entry there: what only the table or only the list knows is a problem of `list`, and a task that only the
// table knows is added to it. Nothing happens where the table cannot be found.
void compare_with_pid_table(Session& session, TaskList& list);

}  // namespace inquest
