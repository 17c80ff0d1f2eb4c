// Lines that a mailer broke at some column, told from lines that merely follow each other.
#pragma once

#include <cstddef>
#include <string_view>

#include "crashlog/line.h"

namespace inquest {

// What is known of two lines that stand next to each other.
struct Neighbours {
    const Line& line;  // as far as it is joined already
    const Line& next;
    std::size_t broken_at;  // characters of line's last physical line, quote marks not counted
    bool soft_break;        // that line ends with a blank (format=flowed)
    bool full_row;  // both are equally long with their blanks: a terminal's rows, and line filled its own
    bool mail;      // the text around was wrapped by a mailer
    bool refilled =
        false;  // a time stamp follows on next's line: only what surely belongs together is joined
};

enum class Joint {
    none,   // lines of their own
    blank,  // the break replaced a blank
    tight,  // it came in the middle of a word
};

// Whether and how `next` is the rest of `line`.
Joint find_joint(const Neighbours& pair);

// Whether a mailer wrapped this text: hardly any line is longer than 84 characters, and some begin in the
// middle of what a kernel prints on one.
bool looks_wrapped(std::string_view raw);

}  // namespace inquest
