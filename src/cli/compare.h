// Several crashes held against each other.
#pragma once

#include <span>
#include <string>

#include "cli/answer_log.h"

namespace inquest {

// Reads every input and writes one comparison, as text or JSON (any other format: Exit::usage). An input that
// cannot be read is said and left out.
Exit compare_inputs(std::span<const std::string> inputs, const ReportJob& job);

}  // namespace inquest
