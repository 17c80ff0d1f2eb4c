// The few phrases of oops grammar by which a reader sees where a message begins or whether it is complete.
#pragma once

#include <cstddef>
#include <string_view>

namespace inquest {

// Whether text begins with a phrase that begins a message ("RIP: ", "Call Trace:", "Modules linked in:",
// ...).
bool begins_message(std::string_view text);

// Where, behind its first character, a text that holds several such messages shows the next one; npos.
std::size_t find_message(std::string_view text, std::size_t from);

// "f+0x1c/0x50" at the beginning of text: its length, 0 when there is none.
std::size_t frame_length(std::string_view text);

}  // namespace inquest
