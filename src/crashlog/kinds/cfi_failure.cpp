// CONFIG_CFI_CLANG: an indirect call of a function of another type.
#include "crashlog/guilty.h"
#include "crashlog/header.h"
#include "crashlog/kind_reader.h"
#include "crashlog/title.h"

namespace inquest {
namespace {

constexpr std::string_view kTriggers[] = {"CFI failure at "};

// "CFI failure at wombat_dispatch+0x3f0/0x1480 (target: burrow_handler+0x0/0x80; expected type: 0xd9421881)"
bool opens(const Line& line, CrashEvent& event) {
    auto scan = after_header(line, kTriggers[0]);
    if (!scan) return false;
    auto caller = scan_code(*scan);
    if (!caller || !caller->offset || !scan->spaces().literal("(target: ")) return false;
    open_event(line, event, Kind::other);
    event.ip = *caller;
    add_fact(event, line, "target", scan->until(";").value_or(scan->rest()));
    return true;
}

void finish(CrashEvent& event) {
    blame(event);
    event.title = title_in("CFI failure", event);
}

}  // namespace

extern const KindReader plugin_kinds_cfi_failure;
const KindReader plugin_kinds_cfi_failure{"cfi_failure", kTriggers, opens, nullptr, nullptr, finish, true};

}  // namespace inquest
