// The kernel's log out of a dump's memory.
#pragma once

#include <string>

#include "base/result.h"
#include "kernel/session.h"

namespace inquest {

// The whole ring buffer as text, oldest line first, in the form of `makedumpfile --dump-dmesg`:
// "[    1.234567] text", further lines of a message indented to its text, bytes that do not print as \xNN.
// Reads the ring of 5.10 and later (struct printk_ringbuffer), the records of 3.5 to 5.9 (struct printk_log,
// struct log), and the characters before that. What is torn or filtered is left out and said in `problems`.
struct KernelLog {
    std::string text;
    std::vector<std::string> problems;
};
Result<KernelLog> read_kernel_log(const Session& session);

}  // namespace inquest
