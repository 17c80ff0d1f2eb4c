// Debug files from debuginfod servers.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace inquest {

// Asks the servers of DEBUGINFOD_URLS, by elfutils' client library (which keeps a cache), for the debug file
// of a build-id in hexadecimal; gives its path. To be called only when the user asked for it. The error says
// what is missing: the servers' names, the library, or the file.
Result<std::string> fetch_debuginfo(std::string_view build_id);

}  // namespace inquest
