// Who printed a report, when its headline is lost.
#pragma once

#include <optional>
#include <span>

#include "model/event.h"

namespace inquest {

// What kind of report the innermost reliable frames print: "__schedule_bug" says scheduling while atomic.
// nullopt when none of them is a reporter.
std::optional<Kind> kind_of_reporter(std::span<const Frame> trace);

}  // namespace inquest
