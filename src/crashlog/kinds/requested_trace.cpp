// Traces that somebody asked for: they look like reports, and are none.
#include "crashlog/header.h"
#include "crashlog/kind_reader.h"

namespace inquest {
namespace {

constexpr std::string_view kTriggers[] = {"FAULT_INJECTION: forcing a failure", "sysrq: Show ",
                                          "SysRq : Show ", "FAULT_FLAG_ALLOW_RETRY missing"};

bool opens(const Line& line, CrashEvent& event) {
    for (auto header : kTriggers) {
        if (!after_header(line, header)) continue;
        open_event(line, event, Kind::other);
        return true;
    }
    return false;
}

bool takes(const Line& line, CrashEvent& event) { return takes_backtrace(line, event); }

}  // namespace

extern const KindReader plugin_kinds_requested_trace;
const KindReader plugin_kinds_requested_trace{"requested_trace", kTriggers, opens, nullptr, takes, nullptr};

}  // namespace inquest
