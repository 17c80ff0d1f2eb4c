// One message of a kernel log with its envelope taken off.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace inquest {

// Who called printk, where the log says so (CONFIG_PRINTK_CALLER: "[ T123]", "[    C0]").
struct Caller {
    enum class Type : std::uint8_t { none, task, cpu } type = Type::none;
    std::uint32_t id = 0;
    friend bool operator==(const Caller&, const Caller&) = default;
};

struct Line {
    std::string_view text;     // the message; leading blanks kept (frames are indented by them)
    std::uint64_t number = 0;  // physical line of the input, from 1; all parts of a one-line paste share it
    std::optional<std::int64_t> time_us;  // microseconds since boot
    Caller caller;
    int level = -1;             // 0 emergency .. 7 debug, -1 unknown
    std::string_view host;      // syslog's and journal's host name
    std::string_view envelope;  // name of the outermost envelope: "dmesg", "syslog", "plain", ...
    bool enveloped = false;     // a time stamp, level or "kernel:" shows that a log wrote this, not a person
};

}  // namespace inquest
