// The kernel's log out of a dump's memory.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "kernel/session.h"

namespace inquest {

// One message. Bytes that do not print stand as \xNN; a message of several lines holds newlines.
struct LogRecord {
    std::uint64_t nanoseconds = 0;  // of local_clock(), since boot
    unsigned facility = 0, level = 0;
    std::optional<std::uint32_t> caller;  // bit 31: a CPU's number, else a thread's; nullopt before 5.1
    std::string text;
};

struct KernelLog {
    // The whole buffer as text, oldest line first, in the form of `makedumpfile --dump-dmesg`:
    // "[    1.234567] text", further lines of a message indented to its text.
    std::string text;
    std::vector<LogRecord> records;  // empty before 3.5, when the buffer held characters only
    std::vector<std::string> problems;
};

// Reads the ring of 5.10 and later (struct printk_ringbuffer), the records of 3.5 to 5.9 (struct printk_log,
// struct log), and the characters before that. What is torn or filtered is left out and said in `problems`.
Result<KernelLog> read_kernel_log(const Session& session);

// Appends "prefix text\n", further lines of the text indented to the first.
void append_log_lines(std::string& out, std::string_view prefix, std::string_view text);

// "[    1.234567] "
std::string log_timestamp(std::uint64_t nanoseconds);

}  // namespace inquest
