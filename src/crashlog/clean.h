// What terminals, browsers, syslog daemons and JSON did to a line of text, undone.
#pragma once

#include <string>
#include <string_view>

namespace inquest {

// Whether `clean` would change anything, at several GB/s.
bool needs_cleaning(std::string_view raw);

// Without control and ANSI sequences, zero-width characters and byte order marks; with plain blanks for every
// kind of blank, and the characters themselves for HTML entities ("&gt;"), syslog's octal ("#011") and JSON's
// escapes
// ("\n", "\u003c", where the line is full of them). A line feed in it separates what a terminal would have
// shown on lines of their own.
void clean(std::string_view raw, std::string& out);

}  // namespace inquest
