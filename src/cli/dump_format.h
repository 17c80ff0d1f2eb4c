// Recognising kernel dumps, so that nobody takes one for a log.
#pragma once

#include <string>
#include <string_view>

namespace inquest {

// "kdump-compressed", "ELF core", "flattened kdump" by the first bytes of the file, or of what is inside a
// compressed one; "" for anything else, and for what is no regular file.
std::string_view dump_format(const std::string& path);

}  // namespace inquest
