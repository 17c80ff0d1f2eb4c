// CONFIG_DEBUG_OBJECTS: a timer, work item or the like freed or set up while it is in use.
#include "crashlog/guilty.h"
#include "crashlog/header.h"
#include "crashlog/kind_reader.h"
#include "crashlog/title.h"
#include "crashlog/warning_line.h"

namespace inquest {
namespace {

constexpr std::string_view kTriggers[] = {"ODEBUG: ", "lib/debugobjects.c:"};
constexpr std::string_view kUsers[] = {"debug_", "rcu",   "hrtimer_", "timer_",      "work_",   "percpu_",
                                       "vunmap", "vfree", "__free_",  "debug_check", "kobject_"};

// "ODEBUG: free active (active state 0) object: ffff888009876540 object type: timer_list hint:
// wombat_tick+0x0/0x40"
bool takes_complaint(const Line& line, CrashEvent& event) {
    auto scan = after_header(line, "ODEBUG: ");
    if (!scan || scan->rest().find("object type: ") == std::string_view::npos) return false;
    auto text = scan->rest();
    add_fact(event, line, "complaint", text.substr(0, text.find(" object")));
    auto type = text.substr(text.find("object type: ") + 13);
    event.verdict.object.type = type.substr(0, type.find(' '));
    if (auto address = between(text, "object: ", " ")) event.verdict.object.address = parse_hex(*address);
    if (auto hint = text.find("hint: "); hint != text.npos)
        add_fact(event, line, "hint", text.substr(hint + 6));
    return true;
}

bool opens(const Line& line, CrashEvent& event) {
    if (takes_complaint(line, event)) {
        open_event(line, event, Kind::warning);
        return true;
    }
    auto warning = parse_warning_line(line);
    if (!warning || !warning->place.starts_with("lib/debugobjects.c:")) return false;
    open_warning(line, *warning, event, Kind::warning);
    return true;
}

// The complaint stands in front of the WARNING, or behind it before 4.20.
bool continues(const Line& line, CrashEvent& open) {
    if (open.kind != Kind::warning || !open.trace.empty()) return false;
    const bool warned = open.fact("place").starts_with("lib/debugobjects.c:");
    const bool complained = !open.fact("complaint").empty() && !open.verdict.object.type.empty();
    if (warned && !complained) return takes_complaint(line, open);
    if (warned || !complained) return false;
    auto warning = parse_warning_line(line);
    if (!warning || !warning->place.starts_with("lib/debugobjects.c:")) return false;
    continue_warning(line, *warning, open, Kind::warning);
    return true;
}

void finish(CrashEvent& event) {
    default_ip(event);
    blame(event, kUsers);
    event.title = title_in("WARNING: ODEBUG bug", event);
}

}  // namespace

extern const KindReader plugin_kinds_odebug;
const KindReader plugin_kinds_odebug{"odebug", kTriggers, opens, continues, nullptr, finish};

}  // namespace inquest
