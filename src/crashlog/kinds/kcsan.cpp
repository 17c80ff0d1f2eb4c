// KCSAN: two accesses at the same time with nothing to order them.
#include "crashlog/guilty.h"
#include "crashlog/header.h"
#include "crashlog/kind_reader.h"
#include "crashlog/title.h"

namespace inquest {
namespace {

constexpr std::string_view kTriggers[] = {"BUG: KCSAN:"};

bool opens(const Line& line, CrashEvent& event) {
    auto scan = after_header(line, "BUG: KCSAN:");
    if (!scan) return false;
    auto type = scan->spaces().until(" in ");
    if (!type || type->empty() || type->find(' ') != type->npos) return false;
    auto where = scan_code(*scan);
    if (!where || !(scan->spaces().done() || scan->literal("/ "))) return false;
    open_event(line, event, Kind::kcsan);
    add_fact(event, line, "type", *type);
    event.ip = *where;
    return true;
}

// "write to 0xffff888009876540 of 8 bytes by task 4711 on cpu 1:", "race at unknown origin, with read to ..."
bool takes_access_header(const Line& line, std::string_view text, CrashEvent& event) {
    const auto to = text.find(" to 0x");
    const auto of = text.find(" of ");
    if (to == text.npos || of == text.npos || of < to || !text.ends_with(':')) return false;
    Scanner scan(text.substr(to + 4));
    const auto address = scan.hex();
    Stack& stack = begin_stack(event, text.substr(0, text.size() - 1));
    if (!event.fault_address) {
        event.fault_address = address;
        const bool writes = text.substr(0, to).find("write") != text.npos;
        event.access = writes ? Access::write : Access::read;
        Scanner size(text.substr(of + 4));
        if (auto bytes = size.dec()) add_fact(event, line, "access-size", std::to_string(*bytes));
    }
    if (scan.until("by task "))
        if (auto pid = scan.dec()) stack.pid = static_cast<int>(*pid & 0x7fffffff);
    if (scan.until("on cpu "))
        if (auto cpu = scan.dec()) stack.cpu = static_cast<int>(*cpu & 0xffff);
    return true;
}

bool takes(const Line& line, CrashEvent& event) {
    const auto text = trim(line.text);
    if (takes_access_header(line, text, event)) return true;
    if (text.starts_with("value changed: ")) {
        add_fact(event, line, "value-changed", text.substr(15));
        return true;
    }
    return false;
}

void finish(CrashEvent& event) {
    if (event.trace.empty() && !event.stacks.empty()) event.trace = event.stacks.front().frames;
    if (auto where = find_code(event.headline)) event.ip = *where;
    blame(event);
    const auto at = event.headline.find("KCSAN:");
    event.title = clean_title(std::string_view(event.headline).substr(at));
}

}  // namespace

extern const KindReader plugin_kinds_kcsan;
const KindReader plugin_kinds_kcsan{"kcsan", kTriggers, opens, nullptr, takes, finish};

}  // namespace inquest
