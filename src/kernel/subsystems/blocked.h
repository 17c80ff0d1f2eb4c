// Tasks that wait uninterruptibly: for how long, where, for which lock, and who holds it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kernel/backtrace.h"
#include "kernel/object.h"
#include "kernel/subsystems/task.h"

namespace inquest {

struct BlockedTask {
    TaskView task;
    std::optional<double> seconds;  // since it last got a CPU; what it ran then counts too
    bool killable = false;          // a fatal signal ends the wait (TASK_WAKEKILL)
    std::string what;        // "a mutex", "a semaphore", "I/O", "a completion", "RCU", "a page", "a bit",
                             // "the end of work", "the end of a thread"; "" not told
    CodeRef where;           // the function that began to wait, the kernel's own waiting left out
    std::uint64_t lock = 0;  // the mutex or rw_semaphore; 0 when it is none or not found
    std::optional<TaskView> holder;  // who holds it, as the lock itself says
    // Of an rw_semaphore that readers hold: the one that took it last. It may have given it back since, and
    // there may be others.
    std::optional<TaskView> last_reader;
    std::vector<Frame> frames;
};

// Nanoseconds that the scheduler's clock had counted when the machine stopped.
std::optional<std::uint64_t> scheduler_clock(Objects& objects);

// How long ago the task last got a CPU.
std::optional<double> seconds_off_cpu(Objects& objects, const TaskView& task, std::uint64_t now);

// Every task in state UN, those that waited longest first; at most `most` with their stacks, `found` is how
// many there are.
struct BlockedTasks {
    std::size_t found = 0;
    std::vector<BlockedTask> tasks;
};
BlockedTasks blocked_tasks(Objects& objects, CodeMap& code, const TaskList& tasks, std::size_t most);

// Of those the tasks that wait for each other in a ring, each for a lock that the next one holds; empty when
// there is no such ring. `readers`: the last reader of a semaphore counts as who holds it.
std::vector<const BlockedTask*> waiting_ring(const std::vector<BlockedTask>& tasks, bool readers);

}  // namespace inquest
