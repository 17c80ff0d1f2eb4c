// UBSAN: arithmetic or an index that C leaves undefined.
#include "crashlog/guilty.h"
#include "crashlog/header.h"
#include "crashlog/kind_reader.h"
#include "crashlog/title.h"

namespace inquest {
namespace {

constexpr std::string_view kTriggers[] = {"UBSAN:"};
constexpr std::string_view kChecks[] = {"ubsan", "overflow"};

bool opens(const Line& line, CrashEvent& event) {
    auto scan = after_header(line, "UBSAN:");
    if (!scan) return false;
    auto type = scan->spaces().until(" in");
    // "in drivers/wombat/core.c:118:9"; the place may be lost to a mailer
    const auto place = scan->spaces().word();
    if (!type || type->empty()) return false;
    if (place.empty() ? type->find('-') == type->npos
                      : place.find(':') == place.npos || place.find('.') == place.npos)
        return false;
    open_event(line, event, Kind::ubsan);
    add_fact(event, line, "type", *type == "Undefined behaviour" ? "undefined-behaviour" : *type);
    add_fact(event, line, "place", place);
    return true;
}

bool takes(const Line& line, CrashEvent& event) {
    // The line behind the header says which values; further ones only when the first is a heading.
    const auto text = trim(line.text);
    if (event.facts.size() < 2 || text.empty() || !event.trace.empty() || text.starts_with("CPU: "))
        return false;
    const bool first = event.facts.back().name == "place";
    const bool second = event.facts.back().name == "detail" && event.facts.back().value.ends_with(':');
    if (!first && !second) return false;
    add_fact(event, line, "detail", text);
    return true;
}

void finish(CrashEvent& event) {
    blame_trace(event, event.trace, kChecks);
    if (event.ip.empty())
        if (const Frame* frame = guilty_frame(event.trace, kChecks)) event.ip = *frame;
    event.title = title_in("UBSAN: " + std::string(event.fact("type")), event);
}

}  // namespace

extern const KindReader plugin_kinds_ubsan;
const KindReader plugin_kinds_ubsan{"ubsan", kTriggers, opens, nullptr, takes, finish};

}  // namespace inquest
