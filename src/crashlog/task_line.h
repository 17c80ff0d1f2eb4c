// "CPU: 3 PID: 332 Comm: kworker/3:2 Tainted: G OE 5.4.26 #4" and its relatives through twenty years.
#pragma once

#include <string_view>

#include "model/event.h"

namespace inquest {

// Fills in cpu, task and kernel of the event as far as the line tells and they are not known yet; false when
// the line is none of this kind.
bool take_task_line(std::string_view text, CrashEvent& event);

// "5.4.26 #4": the rest of a task line that something broke in two.
bool take_release(std::string_view text, CrashEvent& event);

}  // namespace inquest
