// Tasks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kernel/session.h"

namespace inquest {

struct TaskView {
    std::uint64_t address = 0;  // of its task_struct
    int pid = 0, tgid = 0, parent = 0;
    unsigned cpu = 0;
    std::string comm;
    std::string state;           // as ps writes it: "RU", "IN", "UN", "ID", "ZO", "DE", "ST", "TR", "PA"
    bool kernel_thread = false;  // it has no mm
    bool current = false;        // it is what its CPU runs
    std::uint64_t stack = 0;     // lowest address
};

struct TaskList {
    std::vector<TaskView>
        tasks;  // idle tasks first, then in the order of the kernel's list, threads behind leaders
    std::vector<std::string> problems;
};

// Walks init_task.tasks and each leader's threads. A list in a loop or a task that cannot be read is a
// problem, and what could be read stays.
TaskList list_tasks(Session& session);

// One task by its address.
Result<TaskView> read_task(Session& session, std::uint64_t address);

// What each CPU ran, by CPU number (current_task; pcpu_hot from 6.2 to 6.14). Empty when it cannot be told.
std::vector<std::uint64_t> current_tasks(Session& session);

// The CPU that crashed: crashing_cpu, else panic_cpu; nullopt when the kernel set neither.
std::optional<unsigned> crashing_cpu(Session& session);

}  // namespace inquest
