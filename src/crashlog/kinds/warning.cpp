// "WARNING: CPU: 2 PID: 67 at fs/dcache.c:338 dentry_free+0x24/0xa8".
#include "base/scanner.h"
#include "crashlog/fault.h"
#include "crashlog/guilty.h"
#include "crashlog/kind_reader.h"
#include "crashlog/place.h"
#include "crashlog/title.h"

namespace inquest {
namespace {

constexpr std::string_view kTriggers[] = {"WARNING: CPU: ", "WARNING: at "};

bool opens(const Line& line, CrashEvent& event) {
    Scanner scanner(trim(line.text));
    if (!scanner.literal("WARNING: ")) return false;
    if (scanner.literal("CPU: ")) {
        auto cpu = scanner.dec();
        if (!cpu || *cpu > INT16_MAX) return false;
        event.cpu = static_cast<int>(*cpu);
        if (scanner.spaces().literal("PID: ")) {
            auto pid = scanner.dec();
            if (pid && *pid <= INT32_MAX) event.task.pid = static_cast<int>(*pid);
        }
        scanner.spaces();
    }
    if (!scanner.literal("at ")) return false;
    auto place = scanner.word();
    if (place.find(':') == place.npos) return false;
    event.kind = Kind::warning;
    note(event, "place", place, line);
    scan_place(scanner.spaces(), event.ip);
    return true;
}

void finish(CrashEvent& event) {
    blame(event);
    event.title = title_in("WARNING", event);
}

}  // namespace

extern const KindReader plugin_kinds_warning;
const KindReader plugin_kinds_warning{"warning", kTriggers, opens, nullptr, nullptr, finish};

}  // namespace inquest
