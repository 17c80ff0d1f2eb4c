// How one kind of report is recognised and read. One file in kinds/ is one family of reports.
#pragma once

#include <span>
#include <string_view>

#include "crashlog/line.h"
#include "model/event.h"

namespace inquest {

// Registers, frames, "CPU: PID: Comm:", "Modules linked in:", "Code:", "Hardware name:" are read by the
// parser for every kind; a reader adds what only its kind has. Nothing here may throw or keep pointers into
// the line.
//
// A line that holds a trigger is offered, in this order, to `continues` of each reader whose trigger it holds
// (once for each report that is open), then to `opens` of the same readers. Every other line goes to `takes`
// of the open report's reader, then to the parser.
//
// Frames go to event.trace. A reader that wants the frames which follow a line elsewhere ("Allocated by task
// 17:") pushes a Stack to event.stacks in `takes` or `continues`: the frames up to the next title go there.
struct KindReader {
    std::string_view name;

    // Literals one of which every opening line holds. They feed the scan that skips ordinary text, so they
    // are specific ("BUG: KASAN:", not "BUG").
    std::span<const std::string_view> triggers;

    // True when the line opens a report of this family: fills in kind, headline and what the line tells.
    // A line in prose that quotes a header must not open one.
    bool (*opens)(const Line& line, CrashEvent& event);

    // A line with a trigger of this reader that belongs to `open`, a report of any kind, instead of opening
    // one: "Oops: 0000 [#1]" behind "BUG: unable to handle", "kernel BUG at lib/list_debug.c" behind
    // "list_del corruption", "Kernel panic - not syncing: Fatal exception" behind any oops. May refine the
    // event. nullptr: never.
    bool (*continues)(const Line& line, CrashEvent& open);

    // Offered every line of the open event that opens nothing; true when it took it. nullptr: nothing of its
    // own.
    bool (*takes)(const Line& line, CrashEvent& event);

    // The event is complete and the parser has set ip, task, trace. Sets title, guilty, and refines the kind.
    // nullptr: what opens takes is no report, and is dropped with its trace.
    void (*finish)(CrashEvent& event);

    // One line is a whole report: it is believed without registers, task or trace ("EXT4-fs error (device
    // sda1): ...").
    bool stands_alone = false;

    // Its triggers stand in the body of other reports too: asked only while the line's caller has none open.
    bool last_resort = false;

    // Recognises a whole family of headers (any WARNING, any "kernel BUG at", any panic): asked after the
    // readers that know special ones (a WARNING at lib/refcount.c).
    bool general = false;
};

std::span<const KindReader* const> all_kind_readers();

}  // namespace inquest
