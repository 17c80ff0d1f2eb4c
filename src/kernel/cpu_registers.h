// Where a CPU was when the kernel died.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "kernel/subsystems/task.h"
#include "unwind/unwind.h"

namespace inquest {

struct RegistersOfCpu {
    UnwindStart start;
    bool user = false;  // it ran user code: there is nothing to unwind
};

// The registers of the CPU that runs the task. A dump's notes do not say which CPU they are of, and CPUs that
// were offline have none: the kernel's own crash_notes tells, else the stack that they point to does. nullopt
// when neither tells.
std::optional<RegistersOfCpu> registers_of_cpu(Session& session, const TaskView& task);

// Those of every note, with the PID in it: for a kernel whose tasks cannot be read.
std::vector<std::pair<int, RegistersOfCpu>> registers_in_notes(const Session& session);

// Whether the kernel had taken the CPU offline; false when it cannot be told.
bool is_offline(Session& session, unsigned cpu);

}  // namespace inquest
