// An event as one line of JSON, for streams that are never wholly in memory.
#pragma once

#include <string>
#include <vector>

#include "model/report.h"

namespace inquest {

// The event as in the JSON report, plus "schema" and "known_issues": those of `issues` that name the event's
// id. No line feed at the end, none inside.
std::string render_event_line(const CrashEvent& event, const std::vector<IssueMatch>& issues);

}  // namespace inquest
