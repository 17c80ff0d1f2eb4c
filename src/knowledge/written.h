// Hand-written issues on their way into a compiled file.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "knowledge/imported/collection.h"

namespace inquest {

// Those of the program.
std::vector<WrittenIssue> built_in_written();

// Each *.yaml at or below a path, checked, without its samples. The first file that is wrong ends it, with
// its line.
Result<std::vector<WrittenIssue>> written_below(const std::string& path);

}  // namespace inquest
