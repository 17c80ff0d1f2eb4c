// A CPU that did not schedule for many seconds.
#include <vector>

#include "crashlog/guilty.h"
#include "crashlog/header.h"
#include "crashlog/kind_reader.h"
#include "crashlog/title.h"

namespace inquest {
namespace {

constexpr std::string_view kTriggers[] = {"BUG: soft lockup", "WARN: soft lockup"};

// "BUG: soft lockup - CPU#3 stuck for 22s! [kworker/3:1:4711]"
bool opens(const Line& line, CrashEvent& event) {
    auto scan = after_header(line, kTriggers[0]);
    if (!scan) scan = after_header(line, kTriggers[1]);  // vendor kernels warn at half the time
    if (!scan || !(scan->literal(" - CPU#") || scan->literal(": CPU#"))) return false;
    const auto cpu = scan->dec();
    if (!cpu || !scan->literal(" stuck for ")) return false;
    open_event(line, event, Kind::soft_lockup);
    event.cpu = static_cast<int>(*cpu & 0xffff);
    if (auto seconds = scan->dec()) add_fact(event, line, "seconds", std::to_string(*seconds));
    if (auto who = between(scan->rest(), "[", "]"))
        if (auto task = scan_task(*who, ':')) event.task = *task;
    return true;
}

bool takes(const Line& line, CrashEvent& event) { return takes_backtrace(line, event); }

void finish(CrashEvent& event) {
    // Without registers of its own the trace shows what the watchdog's timer interrupted.
    if (event.ip.symbol.empty()) {
        if (const Frame* frame = interrupted_frame(event.trace)) event.ip = *frame;
        blame_interrupted(event);
    } else {
        blame_stalled(event);
    }
    default_ip(event);
    event.title = title_in("BUG: soft lockup", event);
    if (event.ip.symbol.empty()) return;
    Frame stuck;
    static_cast<CodeRef&>(stuck) = event.ip;
    std::vector<Frame> frames{stuck};
    frames.insert(frames.end(), event.trace.begin(), event.trace.end());
    blame_innermost(event, frames, "what the CPU was executing when it was found stuck");
}

}  // namespace

extern const KindReader plugin_kinds_soft_lockup;
const KindReader plugin_kinds_soft_lockup{"soft_lockup", kTriggers, opens, nullptr, takes, finish};

}  // namespace inquest
