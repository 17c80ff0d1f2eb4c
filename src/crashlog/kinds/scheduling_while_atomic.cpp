// The scheduler was called where nothing may sleep.
#include "crashlog/guilty.h"
#include "crashlog/header.h"
#include "crashlog/kind_reader.h"
#include "crashlog/title.h"

namespace inquest {
namespace {

constexpr std::string_view kTriggers[] = {"BUG: scheduling while atomic",
                                          "bad: scheduling from the idle thread!",
                                          "Kernel panic - not syncing: scheduling while atomic"};
constexpr std::string_view kScheduler[] = {"schedule", "^msleep", "^usleep_range", "^ssleep"};

// "BUG: scheduling while atomic: wombat/4711/0x00000002"
bool opens(const Line& line, CrashEvent& event) {
    if (after_header(line, kTriggers[1])) {
        open_event(line, event, Kind::scheduling_while_atomic);
        return true;
    }
    auto scan = after_header(line, kTriggers[0]);
    if (!scan) return false;
    if (!scan->literal(": ")) return false;
    const auto rest = scan->rest();
    const auto count = rest.rfind("/0x");
    if (count == rest.npos) return false;
    auto task = scan_task(rest.substr(0, count), '/');
    if (!task) return false;
    open_event(line, event, Kind::scheduling_while_atomic);
    event.task = *task;
    add_fact(event, line, "preempt-count", rest.substr(count + 1));
    return true;
}

// panic_on_warn ends it before its trace is printed.
bool continues(const Line& line, CrashEvent& open) {
    if (open.kind != Kind::scheduling_while_atomic || !open.trace.empty() ||
        !after_header(line, kTriggers[2]))
        return false;
    add_fact(open, line, "panic", "scheduling while atomic");
    return true;
}

void finish(CrashEvent& event) {
    default_ip(event);
    blame_trace(event, event.trace, kScheduler);
    event.title = title_in(kTriggers[0], event);
}

}  // namespace

extern const KindReader plugin_kinds_scheduling_while_atomic;
const KindReader plugin_kinds_scheduling_while_atomic{"scheduling_while_atomic", kTriggers, opens, continues,
                                                      takes_preemption,          finish};

}  // namespace inquest
