// What each CPU runs and what waits to run on it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/object.h"
#include "kernel/subsystems/task.h"

namespace inquest {

struct QueuedTask {
    TaskView task;
    std::string_view queue;   // "CFS" (EEVDF since 6.6), "RT", "DL"
    int priority = 0;         // task_struct.prio: 0-99 real time, 120 is nice 0
    std::uint64_t order = 0;  // CFS: vruntime, DL: absolute deadline, both in ns; RT: the priority
    unsigned depth = 0;       // task groups between the queue's root and it
    bool delayed = false;     // sleeps already, is taken off later (since 6.12)
};

struct RunQueue {
    unsigned cpu = 0;
    std::uint64_t address = 0;
    std::optional<TaskView> current;
    std::uint64_t running = 0;              // nr_running: the current task counts, the idle task does not
    std::uint64_t switches = 0, clock = 0;  // context switches since boot; ns
    std::int64_t in_io = 0;                 // tasks that slept for I/O here
    std::vector<QueuedTask> queued;         // deadline, real time, CFS in the order of their trees
};

// The queues of the CPUs that are online, in order. What breaks off is a problem in `objects`.
std::vector<RunQueue> run_queues(Objects& objects);

// Load averages over 1, 5 and 15 minutes in hundredths, as /proc/loadavg rounds them.
std::optional<std::array<std::uint64_t, 3>> load_averages(Session& session);

// CPUs of __cpu_online_mask; every possible one when it cannot be read.
std::vector<unsigned> online_cpus(Session& session);

}  // namespace inquest
