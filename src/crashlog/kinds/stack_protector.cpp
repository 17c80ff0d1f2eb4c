// A function returned and found its stack canary overwritten.
#include "crashlog/guilty.h"
#include "crashlog/header.h"
#include "crashlog/kind_reader.h"
#include "crashlog/title.h"

namespace inquest {
namespace {

constexpr std::string_view kTriggers[] = {"Kernel panic - not syncing: stack-protector:"};
constexpr std::string_view kCheck[] = {"stack_chk"};

// "Kernel panic - not syncing: stack-protector: Kernel stack is corrupted in: wombat_ioctl+0x1f/0x80", an
// address on old kernels
bool opens(const Line& line, CrashEvent& event) {
    auto scan = after_header(line, kTriggers[0]);
    if (!scan || !scan->until("corrupted in: ")) return false;
    open_event(line, event, Kind::panic);
    if (auto where = find_code(scan->rest())) {
        event.ip = *where;
    } else {
        event.ip.address = scan->hex();
    }
    return true;
}

void finish(CrashEvent& event) {
    if (!event.ip.symbol.empty()) {
        accuse(event, event.ip, "its stack frame is overwritten");
    } else {
        blame_trace(event, event.trace, kCheck);
    }
    event.title = title_in("kernel panic: stack is corrupted", event);
}

}  // namespace

extern const KindReader plugin_kinds_stack_protector;
const KindReader plugin_kinds_stack_protector{"stack_protector", kTriggers, opens, nullptr,
                                              nullptr,           finish,    true};

}  // namespace inquest
