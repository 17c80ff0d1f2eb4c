// "WARNING: CPU: 2 PID: 67 at fs/dcache.c:338 dentry_free+0x24/0xa8".
#include "crashlog/guilty.h"
#include "crashlog/kind_reader.h"
#include "crashlog/title.h"
#include "crashlog/warning_line.h"

namespace inquest {
namespace {

constexpr std::string_view kTriggers[] = {"WARNING: "};

bool opens(const Line& line, CrashEvent& event) {
    auto warning = parse_warning_line(line);
    if (!warning) return false;
    open_warning(line, *warning, event, Kind::warning);
    return true;
}

void finish(CrashEvent& event) {
    blame(event);
    event.title = title_in("WARNING", event);
}

}  // namespace

extern const KindReader plugin_kinds_warning;
const KindReader plugin_kinds_warning{.name = "warning",
                                      .triggers = kTriggers,
                                      .opens = opens,
                                      .continues = nullptr,
                                      .takes = nullptr,
                                      .finish = finish,
                                      .general = true};

}  // namespace inquest
