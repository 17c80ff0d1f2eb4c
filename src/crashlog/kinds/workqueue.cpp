// Work items that keep a lock, or their pool.
#include "crashlog/guilty.h"
#include "crashlog/header.h"
#include "crashlog/kind_reader.h"
#include "crashlog/locks.h"
#include "crashlog/title.h"

namespace inquest {
namespace {

constexpr std::string_view kTriggers[] = {"BUG: workqueue leaked ", "BUG: workqueue lockup - pool"};

// "BUG: workqueue leaked lock or atomic: kworker/0:0/0x00000000/4", "BUG: workqueue leaked atomic, lock or
// RCU: ..."
bool opens(const Line& line, CrashEvent& event) {
    if (auto scan = after_header(line, kTriggers[0])) {
        if (!scan->until(": ")) return false;
        auto task = scan_task(scan->rest(), '/');
        if (!task) return false;
        open_event(line, event, Kind::lockdep);
        task->comm.resize(std::min(task->comm.size(), task->comm.rfind('/')));
        event.task = *task;
        return true;
    }
    auto scan = after_header(line, kTriggers[1]);
    if (!scan) return false;
    open_event(line, event, Kind::other);
    add_fact(event, line, "pool", scan->spaces().rest());
    if (scan->until(" stuck for "))
        if (auto seconds = scan->dec()) add_fact(event, line, "seconds", std::to_string(*seconds));
    return true;
}

bool takes(const Line& line, CrashEvent& event) {
    const auto text = trim(line.text);
    if (text.starts_with("last function: ")) {
        add_fact(event, line, "function", text.substr(15));
        return true;
    }
    if (text.starts_with("workqueue ") || text.starts_with("pwq ") || text.starts_with("pending: ") ||
        text.starts_with("in-flight: ")) {
        add_fact(event, line, "work", text);
        return true;
    }
    return event.kind == Kind::lockdep && takes_lock(line, event);
}

void finish(CrashEvent& event) {
    default_ip(event);
    if (event.kind == Kind::other) {
        event.title = "BUG: workqueue lockup";
        return;
    }
    Scanner scan(event.fact("function"));
    if (auto function = scan_code(scan)) accuse(event, *function, "the work item that ran last");
    event.title = title_in("BUG: workqueue leaked lock or atomic", event);
}

}  // namespace

extern const KindReader plugin_kinds_workqueue;
const KindReader plugin_kinds_workqueue{"workqueue", kTriggers, opens, nullptr, takes, finish, true};

}  // namespace inquest
