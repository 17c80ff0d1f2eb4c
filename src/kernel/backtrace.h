// The stack of a task.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kernel/code_map.h"
#include "kernel/subsystems/task.h"
#include "model/event.h"
#include "unwind/unwind.h"

namespace inquest {

struct Backtrace {
    std::vector<Frame> frames;                    // innermost first
    std::vector<StackFrame> stack;                // the same frames as the unwinder left them
    std::vector<std::uint64_t> first_registers;   // of the first frame, from a note; in pt_regs' order
    std::optional<std::uint64_t> user_registers;  // the pt_regs with which user mode entered the kernel
    std::vector<std::uint64_t> user_values;       // or, when the CPU ran user code, what a note holds of it
    bool complete = false;                        // down to the end of the stack
    bool offline = false;                         // its CPU was, so that nothing saved where it stood
    std::string lost;                             // where and why the trail was lost otherwise
    std::string start;  // where it began: "NT_PRSTATUS note", "saved stack pointer", "no stack"
};

// A task that ran when the kernel died starts at its CPU's registers (the fault's own in a kdump oops), any
// other at the stack pointer that the scheduler saved. A zombie has no stack: no frames, and complete.
Backtrace backtrace(Session& session, CodeMap& code, const TaskView& task);

// Where tasks cannot be read (a kernel without types): what the dump's notes tell of each CPU that has one.
struct CpuBacktrace {
    int pid = 0;             // as the note has it
    bool user_mode = false;  // it ran a program: no frames
    Backtrace trace;
};
std::vector<CpuBacktrace> backtraces_of_notes(Session& session, CodeMap& code);

}  // namespace inquest
