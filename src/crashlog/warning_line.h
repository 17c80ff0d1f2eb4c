// The line that a WARN() prints.
#pragma once

#include <optional>
#include <string_view>

#include "crashlog/line.h"
#include "model/event.h"

namespace inquest {

// "WARNING: CPU: 1 PID: 4711 at lib/refcount.c:28 refcount_warn_saturate+0x13c/0x174", "WARNING: at
// mm/slub.c:12 f+0x1/0x2()", "WARNING: lib/refcount.c:28 at refcount_warn_saturate+0x13c/0x174, CPU#1:
// wombat/4711".
struct WarningLine {
    std::string_view place;  // "lib/refcount.c:28"
    CodeRef code;            // may be empty
    std::optional<int> cpu;
    Task task;
};

std::optional<WarningLine> parse_warning_line(const Line& line);

// Opens an event of that kind with what the line tells.
void open_warning(const Line& line, const WarningLine& warning, CrashEvent& event, Kind kind);

// The same for a WARNING behind the complaint that opened the event: what opened it stays the headline.
void continue_warning(const Line& line, const WarningLine& warning, CrashEvent& event, Kind kind);

}  // namespace inquest
