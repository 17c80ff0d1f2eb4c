// A known issue as JSON, for programs.
#pragma once

#include "base/json.h"
#include "knowledge/issue.h"

namespace inquest {

// id, title, area, severity.
Json issue_summary_json(const Issue& issue);
// Everything but the samples.
Json issue_json(const Issue& issue);

}  // namespace inquest
