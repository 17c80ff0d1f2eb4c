// What stands around a kernel message: time stamps, syslog headers, quotes, CI prefixes.
#pragma once

#include <span>
#include <string_view>

#include "crashlog/line.h"

namespace inquest {

// A prefix of a line. The reader asks each envelope in turn and starts anew with what is left, so that nested
// ones ("> > May 25 20:50:48 host kernel: [ 123.4] ") come off one by one. One file in envelopes/ is one
// envelope.
struct Envelope {
    std::string_view name;
    // The characters with which it can begin, "" for any: strip is called for no other line.
    std::string_view starts;
    // Takes the prefix off line.text and fills in what it tells; false and unchanged when it is not there.
    bool (*strip)(Line& line);
};

// Every envelope, in the order in which they are tried.
std::span<const Envelope* const> all_envelopes();

// Takes everything off that is no message.
void strip_envelopes(Line& line);

}  // namespace inquest
