// Lockdep ran out of its tables and stopped to watch.
#include "crashlog/guilty.h"
#include "crashlog/header.h"
#include "crashlog/kind_reader.h"
#include "crashlog/title.h"

namespace inquest {
namespace {

constexpr std::string_view kTriggers[] = {"BUG: MAX_"};

bool opens(const Line& line, CrashEvent& event) {
    auto scan = after_header(line, kTriggers[0]);
    if (!scan) return false;
    const auto limit = scan->symbol();
    if (limit.empty() || !scan->literal(" too low!")) return false;
    open_event(line, event, Kind::other);
    add_fact(event, line, "limit", "MAX_" + std::string(limit));
    return true;
}

void finish(CrashEvent& event) {
    default_ip(event);
    blame_trace(event, event.trace);
    event.title = clean_title("BUG: " + std::string(event.fact("limit")) + " too low!");
}

}  // namespace

extern const KindReader plugin_kinds_lockdep_limit;
const KindReader plugin_kinds_lockdep_limit{"lockdep_limit", kTriggers, opens, nullptr, nullptr, finish};

}  // namespace inquest
