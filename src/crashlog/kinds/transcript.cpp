// A backtrace that crash or drgn printed of the task that crashed: PID: 9377  TASK: ffff881c65ee5e20  CPU: 29
// COMMAND: "nginx". Backtraces of other tasks are no crashes.
#include <algorithm>

#include "crashlog/fault.h"
#include "crashlog/guilty.h"
#include "crashlog/header.h"
#include "crashlog/kind_reader.h"
#include "crashlog/task_line.h"
#include "crashlog/title.h"

namespace inquest {
namespace {

constexpr std::string_view kTriggers[] = {"COMMAND: \"", "crashed_thread().stack_trace"};

bool opens(const Line& line, CrashEvent& event) {
    auto text = trim(line.text);
    bool drgn = text.starts_with(">>> ") && text.find("crashed_thread().stack_trace") != text.npos;
    if (!drgn && !(text.starts_with("PID: ") && text.find("TASK: ") != text.npos)) return false;
    open_event(line, event, Kind::other);
    if (!drgn) take_task_line(text, event);
    return true;
}

void finish(CrashEvent& event) {
    find_fault_address(event);
    blame(event);
    event.title = title_in("kernel crash", event);
}

}  // namespace

extern const KindReader plugin_kinds_transcript;
const KindReader plugin_kinds_transcript{.name = "transcript",
                                         .triggers = kTriggers,
                                         .opens = opens,
                                         .continues = nullptr,
                                         .takes = nullptr,
                                         .finish = finish,
                                         .last_resort = true};

}  // namespace inquest
