// Per-CPU data used where the task may move to another CPU.
#include "crashlog/guilty.h"
#include "crashlog/header.h"
#include "crashlog/kind_reader.h"
#include "crashlog/title.h"

namespace inquest {
namespace {

constexpr std::string_view kTriggers[] = {"in preemptible ["};
constexpr std::string_view kChecks[] = {"dump_stack", "preemption",   "preempt",
                                        "debug_",     "processor_id", "this_cpu"};

// "BUG: using smp_processor_id() in preemptible [00000000] code: wombat/4711"
bool opens(const Line& line, CrashEvent& event) {
    auto scan = after_header(line, "BUG: using ");
    if (!scan) return false;
    const auto function = scan->symbol();
    if (function.empty() || !scan->literal("() in preemptible [") || !scan->until("] code: ")) return false;
    auto task = scan_task(scan->rest(), '/');
    if (!task) return false;
    open_event(line, event, Kind::other);
    event.task = *task;
    add_fact(event, line, "function", function);
    return true;
}

// "caller is wombat_stat+0x1f/0x80"
bool takes(const Line& line, CrashEvent& event) {
    const auto text = trim(line.text);
    if (!text.starts_with("caller is ")) return false;
    add_fact(event, line, "caller", text.substr(10));
    return true;
}

void finish(CrashEvent& event) {
    default_ip(event);
    blame_trace(event, event.trace, kChecks);
    event.title =
        title_in("BUG: using " + std::string(event.fact("function")) + "() in preemptible code", event);
}

}  // namespace

extern const KindReader plugin_kinds_preemptible;
const KindReader plugin_kinds_preemptible{"preemptible", kTriggers, opens, nullptr, takes, finish};

}  // namespace inquest
