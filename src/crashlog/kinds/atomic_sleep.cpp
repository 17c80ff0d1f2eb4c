// A function that may sleep, called where nothing may.
#include "crashlog/guilty.h"
#include "crashlog/header.h"
#include "crashlog/kind_reader.h"
#include "crashlog/title.h"

namespace inquest {
namespace {

constexpr std::string_view kTriggers[] = {"BUG: sleeping function called from invalid context"};

bool opens(const Line& line, CrashEvent& event) {
    auto scan = after_header(line, kTriggers[0]);
    if (!scan) return false;
    std::string_view place;
    if (scan->literal(" at ")) place = scan->word();
    if (place.empty() && !trim(scan->rest()).empty()) return false;
    open_event(line, event, Kind::atomic_sleep);
    if (!place.empty()) add_fact(event, line, "place", place);
    return true;
}

// "in_atomic(): 1, irqs_disabled(): 0, non_block: 0, pid: 4711, name: wombat"
bool takes_context(const Line& line, std::string_view text, CrashEvent& event) {
    add_fact(event, line, "context", text.substr(0, text.find(", pid:")));
    Scanner scan(text);
    if (scan.until("pid: "))
        if (auto pid = scan.dec()) event.task.pid = static_cast<int>(*pid & 0x7fffffff);
    if (scan.until("name: ")) event.task.comm = trim(scan.rest());
    return true;
}

bool takes(const Line& line, CrashEvent& event) {
    const auto text = trim(line.text);
    if (text.starts_with("in_atomic(): ")) return takes_context(line, text, event);
    if (text.starts_with("preempt_count: ")) {
        add_fact(event, line, "preempt-count", text.substr(15));
        return true;
    }
    if (text.starts_with("RCU nest depth: ")) {
        add_fact(event, line, "rcu-nest-depth", text.substr(16));
        return true;
    }
    return takes_preemption(line, event);
}

void finish(CrashEvent& event) {
    default_ip(event);
    blame_trace(event, event.trace);
    event.title = title_in(kTriggers[0], event);
}

}  // namespace

extern const KindReader plugin_kinds_atomic_sleep;
const KindReader plugin_kinds_atomic_sleep{"atomic_sleep", kTriggers, opens, nullptr, takes, finish};

}  // namespace inquest
