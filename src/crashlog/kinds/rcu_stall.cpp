// A CPU or task that keeps an RCU grace period from ending.
#include "crashlog/guilty.h"
#include "crashlog/header.h"
#include "crashlog/kind_reader.h"
#include "crashlog/title.h"

namespace inquest {
namespace {

constexpr std::string_view kTriggers[] = {"detected stall", "detected expedited stall"};
constexpr std::string_view kDetecting[] = {"apic_timer_interrupt", "rcu"};

// "INFO: rcu_preempt detected stalls on CPUs/tasks:", "INFO: rcu_sched self-detected stall on CPU",
// "INFO: rcu_preempt detected expedited stalls on CPUs/tasks: { 1-... } ..."
bool opens(const Line& line, CrashEvent& event) {
    auto scan = after_header(line, "INFO: rcu");
    if (!scan) return false;
    const auto flavour = scan->symbol();
    if (!scan->literal(" ")) return false;
    const bool own = scan->literal("self-");
    if (!scan->literal("detected ")) return false;
    const bool expedited = scan->literal("expedited ");
    if (!scan->literal("stall")) return false;
    open_event(line, event, Kind::rcu_stall);
    add_fact(event, line, "flavour", "rcu" + std::string(flavour));
    add_fact(event, line, "detected",
             own         ? "by the stalled CPU"
             : expedited ? "expedited"
                         : "by another CPU");
    if (auto who = between(scan->rest(), "{", "}")) add_fact(event, line, "stalled", *who);
    return true;
}

// "	1-...!: (1 ticks this GP) idle=7a2/1/0x4000000000000000 softirq=..." names a CPU that did not pass
bool takes_cpu(const Line& line, std::string_view text, CrashEvent& event) {
    Scanner scan(text);
    const auto cpu = scan.dec();
    if (!cpu || !(scan.peek() == '-' || scan.peek() == ':') || text.find(" idle=") == text.npos) return false;
    add_fact(event, line, "stalled", "CPU " + std::to_string(*cpu));
    if (!event.cpu) event.cpu = static_cast<int>(*cpu & 0xffff);
    return true;
}

bool takes(const Line& line, CrashEvent& event) {
    auto text = trim(line.text);
    if (text.starts_with("rcu: ")) text = trim_left(text.substr(5));
    if (text.empty()) return false;
    if (takes_cpu(line, text, event) || takes_backtrace(line, event)) return true;
    if (text.starts_with("(detected by ") || text.starts_with("(t=")) {
        add_fact(event, line, "duration", text);
        return true;
    }
    if (text.starts_with("Tasks blocked on level-") || text.starts_with("blocking rcu_node structures")) {
        add_fact(event, line, "blocked", text);
        return true;
    }
    if (text.find("kthread starved for ") != text.npos ||
        text.find("kthread timer wakeup didn't happen") != text.npos) {
        add_fact(event, line, "starved", text);
        return true;
    }
    if (text.find("grace-period kthread stack dump:") != text.npos) {
        begin_stack(event, "RCU grace-period kthread");
        return true;
    }
    return false;
}

void finish(CrashEvent& event) {
    if (event.ip.symbol.empty())
        if (const Frame* frame = interrupted_frame(event.trace)) event.ip = *frame;
    default_ip(event);
    blame_interrupted(event, kDetecting);
    event.title = title_in("INFO: rcu detected stall", event);
}

}  // namespace

extern const KindReader plugin_kinds_rcu_stall;
const KindReader plugin_kinds_rcu_stall{"rcu_stall", kTriggers, opens, nullptr, takes, finish};

}  // namespace inquest
