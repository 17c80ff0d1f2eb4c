// RCU-protected data read without the protection.
#include "crashlog/guilty.h"
#include "crashlog/header.h"
#include "crashlog/kind_reader.h"
#include "crashlog/locks.h"
#include "crashlog/title.h"

namespace inquest {
namespace {

constexpr std::string_view kTriggers[] = {"suspicious RCU usage"};
constexpr std::string_view kAccessors[] = {"rcu", "kmem", "slab"};

bool opens(const Line& line, CrashEvent& event) {
    for (std::string_view header : {"WARNING: suspicious RCU usage", "INFO: suspicious RCU usage"}) {
        auto scan = after_header(line, header);
        if (!scan) continue;
        const auto rest = trim(scan->rest());
        if (!rest.empty() && rest != "." && rest != "]" && rest != ". ]") return false;
        open_event(line, event, Kind::lockdep);
        return true;
    }
    return false;
}

// "net/wombat/route.c:118 suspicious rcu_dereference_check() usage!"
bool takes(const Line& line, CrashEvent& event) {
    const auto text = trim(line.text);
    if (event.fact("place").empty() && (text.ends_with("usage!") || text.ends_with('!'))) {
        if (const auto space = text.find(' '); space != text.npos && text.find(':') < space) {
            add_fact(event, line, "place", text.substr(0, space));
            add_fact(event, line, "detail", text.substr(space + 1));
            return true;
        }
    }
    return takes_lock(line, event);
}

void finish(CrashEvent& event) {
    default_ip(event);
    blame_trace(event, event.trace, kAccessors);
    const bool warning = event.headline.find("WARNING") != std::string::npos;
    event.title = title_in(warning ? "WARNING: suspicious RCU usage" : "INFO: suspicious RCU usage", event);
}

}  // namespace

extern const KindReader plugin_kinds_rcu_usage;
const KindReader plugin_kinds_rcu_usage{"rcu_usage", kTriggers, opens, nullptr, takes, finish};

}  // namespace inquest
