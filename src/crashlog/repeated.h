// What a log said over and over before it told of a crash.
#pragma once

#include <optional>
#include <string_view>

#include "model/report.h"

namespace inquest {

// The line that repeats most in `before` (raw log text), numbers and addresses left out of the comparison;
// lines of crash reports do not count. nullopt when none does so at least twenty times. `crashed` is the time
// of the crash.
std::optional<Finding> find_repeated_message(std::string_view before, std::optional<double> crashed);

// The reports that came again and again, each with how often and on which CPUs.
std::vector<Finding> find_repeated_reports(const std::vector<CrashEvent>& events);

}  // namespace inquest
