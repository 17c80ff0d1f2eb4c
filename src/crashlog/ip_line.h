// The lines that name where the CPU was: "RIP: 0010:f+0x1/0x2", "PC is at f+0x4", "NIP [c0458840]
// f+0x1c/0x58".
#pragma once

#include <optional>
#include <string_view>

#include "model/event.h"

namespace inquest {

struct IpLine {
    Frame place;                  // with file and line in a decoded log
    std::optional<CodeRef> link;  // "lr" on the same line
    bool is_link = false;         // the line names the caller (lr, ra), not the place
    bool exception = false;       // a transcript's exception frame: the frames above it are the crash's own
    bool user = false;            // user space: the registers that follow are not the kernel's
    std::string_view arch;        // the only architecture that prints such a line, "" when several do
};

// nullopt when the line names no place.
std::optional<IpLine> parse_ip_line(std::string_view text);

}  // namespace inquest
