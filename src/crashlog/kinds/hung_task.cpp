// A task that sleeps without being woken, and who holds what it waits for.
#include "crashlog/guilty.h"
#include "crashlog/header.h"
#include "crashlog/kind_reader.h"
#include "crashlog/title.h"

namespace inquest {
namespace {

constexpr std::string_view kTriggers[] = {"blocked for more than", "blocked in I/O wait for more than",
                                          "can't die for more than"};
constexpr std::string_view kScheduler[] = {"schedule"};

// A task may call itself anything, a line break too: then this is the second half of the line.
std::optional<std::string_view> named_task(const Line& line) {
    if (auto scan = after_header(line, "INFO: task ")) return scan->rest();
    const auto text = trim(line.text);
    return line.enveloped && text.ends_with(" seconds.") ? std::optional(text) : std::nullopt;
}

// "INFO: task wombat:4711 blocked for more than 120 seconds."
bool opens(const Line& line, CrashEvent& event) {
    const auto rest = named_task(line);
    if (!rest) return false;
    for (auto phrase : kTriggers) {
        const auto at = rest->find(phrase);
        if (at == rest->npos || at == 0 || at > 100) continue;
        auto task = scan_task(rest->substr(0, at), ':');
        Scanner behind(rest->substr(at + phrase.size()));
        const auto seconds = behind.spaces().dec();
        if (!task || !seconds) return false;
        open_event(line, event, Kind::hung_task);
        event.task = *task;
        add_fact(event, line, "seconds", std::to_string(*seconds));
        if (phrase.find("die") != phrase.npos) add_fact(event, line, "report", "can't die");
        if (phrase.find("I/O") != phrase.npos) add_fact(event, line, "waits-for", "I/O");
        return true;
    }
    return false;
}

// "INFO: task wombat:4711 is blocked on a mutex likely owned by task numbat:17."
bool takes_blocker(const Line& line, std::string_view text, CrashEvent& event) {
    if (!text.starts_with("INFO: task ")) return false;
    const auto at = text.find(" is blocked on ");
    if (at == text.npos) return false;
    add_fact(event, line, "blocked-on", text.substr(at + 15));
    return true;
}

bool takes(const Line& line, CrashEvent& event) {
    const auto text = trim(line.text);
    if (takes_blocker(line, text, event)) return true;
    if (text.starts_with("task:")) {
        // The first is the blocked task itself: its trace is the event's.
        if (event.trace.empty()) {
            if (auto state = between(text, "state:", " ")) add_fact(event, line, "state", *state);
            return true;
        }
        return takes_backtrace(line, event);
    }
    if (text.starts_with("NMI backtrace for cpu ")) return takes_backtrace(line, event);
    if (text.starts_with("#") && text.find(", at: ") != text.npos) {
        add_fact(event, line, "lock-held", text);
        return true;
    }
    return false;
}

void finish(CrashEvent& event) {
    // The registers in a hung task's report are those of the system call it is in.
    if (!event.trace.empty()) event.ip = event.trace.front();
    if (event.fact("report") == "can't die") {
        blame_trace(event, event.trace, kScheduler);
        event.title = title_in("INFO: task can't die", event);
        return;
    }
    blame_blocked(event, event.trace);
    event.title = title_in("INFO: task hung", event);
    blame_innermost(event, event.trace, "it went to sleep and nobody woke it");
}

}  // namespace

extern const KindReader plugin_kinds_hung_task;
const KindReader plugin_kinds_hung_task{"hung_task", kTriggers, opens, nullptr, takes, finish};

}  // namespace inquest
