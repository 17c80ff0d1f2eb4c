// The check of issue files: `inquest issue lint`.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "knowledge/issue.h"

namespace inquest {

// Reads the events out of a sample's log. Given by the caller, since knowledge does not know the readers of
// logs.
using EventsOf = std::function<std::vector<CrashEvent>(std::string_view log)>;

// Everything that is wrong in an issue file, or in all of a directory: schema, signature, ranges, remedies,
// commits, ids that come twice, samples that do not give what they promise. In the order of files and lines.
// A path that cannot be read is a problem too.
std::vector<LintProblem> lint(const std::string& path, const EventsOf& events_of);

// The parts, of one issue.
void lint_signature(const Issue& issue, std::vector<LintProblem>& problems);
void lint_ranges(const Issue& issue, std::vector<LintProblem>& problems);
void lint_texts(const Issue& issue, std::vector<LintProblem>& problems);
void lint_samples(const Issue& issue, const EventsOf& events_of, std::vector<LintProblem>& problems);

}  // namespace inquest
