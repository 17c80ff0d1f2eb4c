// A lock that was never initialized.
#include "crashlog/guilty.h"
#include "crashlog/header.h"
#include "crashlog/kind_reader.h"
#include "crashlog/title.h"

namespace inquest {
namespace {

constexpr std::string_view kTriggers[] = {"INFO: trying to register non-static key"};
constexpr std::string_view kLocking[] = {"stack", "lock", "IRQ"};

bool opens(const Line& line, CrashEvent& event) {
    auto scan = after_header(line, kTriggers[0]);
    if (!scan || (!trim(scan->rest()).empty() && trim(scan->rest()) != ".")) return false;
    open_event(line, event, Kind::lockdep);
    return true;
}

void finish(CrashEvent& event) {
    default_ip(event);
    blame_trace(event, event.trace, kLocking);
    event.title = title_in(kTriggers[0], event);
}

}  // namespace

extern const KindReader plugin_kinds_lock_key;
const KindReader plugin_kinds_lock_key{"lock_key", kTriggers, opens, nullptr, nullptr, finish};

}  // namespace inquest
