// The unwinder found a stack that it cannot walk.
#include "crashlog/header.h"
#include "crashlog/kind_reader.h"
#include "crashlog/title.h"

namespace inquest {
namespace {

constexpr std::string_view kTriggers[] = {"WARNING: kernel stack "};

// "WARNING: kernel stack regs at ffffc90001234567 in wombat:4711 has bad 'bp' value 0000000000000001"
bool opens(const Line& line, CrashEvent& event) {
    auto scan = after_header(line, kTriggers[0]);
    if (!scan) return false;
    const bool regs = scan->literal("regs at ");
    if (!regs && !scan->literal("frame pointer at ")) return false;
    auto who = scan->until(" has bad ");
    if (!who) return false;
    open_event(line, event, Kind::warning);
    if (auto in = who->find(" in "); in != who->npos)
        if (auto task = scan_task(who->substr(in + 4), ':')) event.task = *task;
    // Kernels that hide the address ("(ptrval)") have both under one title.
    const bool hidden = who->find("(ptrval)") != who->npos;
    add_fact(event, line, "what", regs || hidden ? "regs" : "frame pointer");
    return true;
}

void finish(CrashEvent& event) {
    event.title = clean_title("WARNING: kernel stack " + std::string(event.fact("what")) + " has bad value");
}

}  // namespace

extern const KindReader plugin_kinds_unwinder;
const KindReader plugin_kinds_unwinder{"unwinder", kTriggers, opens, nullptr, nullptr, finish, true};

}  // namespace inquest
