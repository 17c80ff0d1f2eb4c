// "WARNING: CPU: 2 PID: 67 at fs/dcache.c:338 dentry_free+0x24/0xa8".
#include "crashlog/fault.h"
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

// The check that found the damage warns: its complaint was the header.
bool continues(const Line& line, CrashEvent& open) {
    if (!in_header(open) || open.kind == Kind::warning || is_oops(open.kind)) return false;
    auto warning = parse_warning_line(line);
    if (!warning) return false;
    const Kind kind = open.kind;
    const std::string headline = open.headline;
    open_warning(line, *warning, open, kind);
    open.headline = headline;
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
                                      .continues = continues,
                                      .takes = nullptr,
                                      .finish = finish,
                                      .general = true};

}  // namespace inquest
