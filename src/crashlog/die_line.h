// The line with which a kernel dies: "Oops: 0002 [#1] SMP", "general protection fault: 0000 [#1]", "Internal
// error: Oops - BUG: 0 [#1] ARM", "illegal operation: 0001 ilc:3 [#1]", "Oops[#1]:".
#pragma once

#include <optional>
#include <string_view>

#include "crashlog/line.h"
#include "model/event.h"

namespace inquest {

struct DieLine {
    std::string_view
        what;  // "general protection fault, probably for non-canonical address 0x6b6b6b6b6b6b6b6b", "Oops"
    std::string_view code;    // "0002", "96000005"; "" when none is printed
    std::string_view number;  // "1" of "[#1]": which of this boot
};

// nullopt for every other line. A prefix ("Oops: ", "Internal error: ") stays out of `what` unless nothing
// else is there.
std::optional<DieLine> parse_die_line(std::string_view text);

// Takes the line's code and number over into the event.
void take_die_line(const DieLine& die, const Line& line, CrashEvent& event);

// `continues` of every reader of such lines: behind a report's header, before its body, they are part of it.
bool continue_with_die_line(const Line& line, CrashEvent& open);

}  // namespace inquest
