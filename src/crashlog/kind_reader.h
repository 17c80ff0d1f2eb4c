// How one kind of report is recognised and read. One file in kinds/ is one family of reports.
#pragma once

#include <span>
#include <string_view>

#include "crashlog/line.h"
#include "model/event.h"

namespace inquest {

// Registers, frames, "CPU: PID: Comm:", "Modules linked in:", "Code:", "Hardware name:" are read by the parser
// for every kind; a reader adds what only its kind has. Nothing here may throw or keep pointers into the line.
struct KindReader {
    std::string_view name;

    // Literals one of which every opening line holds. They feed the scan that skips ordinary text, so they are
    // specific ("BUG: KASAN:", not "BUG").
    std::span<const std::string_view> triggers;

    // True when the line opens a report of this family: fills in kind, headline and what the line tells.
    // A line in prose that quotes a header must not open one.
    bool (*opens)(const Line& line, CrashEvent& event);

    // A line that would open a report but belongs to `open` instead: "Oops: 0000 [#1]" behind "BUG: unable to
    // handle", "kernel BUG at lib/list_debug.c" behind "list_del corruption", "Kernel panic - not syncing: Fatal
    // exception" behind any oops. May refine the event. nullptr: never.
    bool (*continues)(const Line& line, CrashEvent& open);

    // Offered every line of the open event that opens nothing; true when it took it. nullptr: nothing of its own.
    bool (*takes)(const Line& line, CrashEvent& event);

    // The event is complete and the parser has set ip, task, trace. Sets title, guilty, and refines the kind.
    void (*finish)(CrashEvent& event);
};

std::span<const KindReader* const> all_kind_readers();

}  // namespace inquest
