// The stack of a task.
#pragma once

#include <string>
#include <vector>

#include "kernel/code_map.h"
#include "kernel/subsystems/task.h"
#include "model/event.h"

namespace inquest {

struct Backtrace {
    std::vector<Frame> frames;  // innermost first
    bool complete = false;      // down to the end of the stack
    std::string lost;           // where and why the trail was lost otherwise
    std::string start;          // where it began: "NT_PRSTATUS note", "saved stack pointer"
};

// A task that ran when the kernel died starts at its CPU's registers (the fault's own in a kdump oops), any
// other at the stack pointer that the scheduler saved.
Backtrace backtrace(Session& session, CodeMap& code, const TaskView& task);

}  // namespace inquest
