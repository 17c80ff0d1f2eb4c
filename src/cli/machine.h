// What this machine itself has kept of its crashes.
#pragma once

#include <string>

#include "cli/answer_log.h"

namespace inquest {

// Answers the newest log on this machine that holds a crash. Logs that cannot be read are named, with the
// command to run, and make the status Exit::unreadable: the newest crash may be in them.
Exit answer_newest_crash(const ReportJob& job, const std::string& root = {});

// All that is kept, one a line, newest first.
Exit list_crashes(Output& output, const std::string& root = {});

}  // namespace inquest
