// From a tree of Nodes to an Issue: the schema of issue files.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "knowledge/issue.h"
#include "knowledge/node.h"

namespace inquest {

// Reads what can be read and adds a problem, with its line, for all that is missing, unknown or of the wrong
// shape.
Issue read_issue(const Node& root, const std::string& file, std::vector<LintProblem>& problems);

// YAML text to an Issue. The error is the first problem, "FILE:LINE: MESSAGE".
Result<Issue> load_issue(std::string_view yaml, const std::string& file);

}  // namespace inquest
