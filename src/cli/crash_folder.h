// The folder of one crash, as kdump, ABRT, pstore and systemd leave it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace inquest {

// What lies in one folder. A folder that holds none of it is no crash's.
struct CrashFolder {
    std::string log;                 // the kernel's log, "" when there is none
    std::string dump;                // the dump, "" when there is none
    std::vector<std::string> parts;  // of a log that pstore cut up, in any order
    std::int64_t time = 0;           // of the newest of them, seconds since the epoch
    [[nodiscard]] bool empty() const { return log.empty() && dump.empty() && parts.empty(); }
};

// Does not look into folders below. Fails when `path` cannot be read.
Result<CrashFolder> look_into(const std::string& path);

// The folders directly in `path`, by name.
Result<std::vector<std::string>> folders_in(const std::string& path);

// As one word of a shell's command line.
std::string shell_word(const std::string& path);

// "; run: sudo inquest report PATH" behind an error for want of permission, "" when the caller is root
// already.
std::string sudo_hint(const std::string& path);

}  // namespace inquest
