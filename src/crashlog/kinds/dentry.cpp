// A file system was unmounted while somebody still held one of its directory entries.
#include "crashlog/guilty.h"
#include "crashlog/header.h"
#include "crashlog/kind_reader.h"
#include "crashlog/title.h"
#include "crashlog/warning_line.h"

namespace inquest {
namespace {

constexpr std::string_view kTriggers[] = {"BUG: Dentry ", "fs/dcache.c:"};

// "BUG: Dentry ffff888009876540{i=1f,n=wombat}  still in use (1) [unmount of ext4 sda1]"
bool opens(const Line& line, CrashEvent& event) {
    auto scan = after_header(line, kTriggers[0]);
    if (!scan) return false;
    event.verdict.object.address = scan->hex();
    if (!scan->until("still in use (")) return false;
    const auto count = scan->dec();
    const auto during = between(scan->rest(), "[", "]");
    if (!count || !during) return false;
    open_event(line, event, Kind::other);
    event.verdict.object.type = "dentry";
    add_fact(event, line, "usage-count", std::to_string(*count));
    add_fact(event, line, "during", *during);
    return true;
}

// the WARNING that shows who unmounts
bool continues(const Line& line, CrashEvent& open) {
    if (open.verdict.object.type != "dentry" || !open.fact("place").empty()) return false;
    auto warning = parse_warning_line(line);
    if (!warning || !warning->place.starts_with("fs/dcache.c:")) return false;
    continue_warning(line, *warning, open, Kind::warning);
    return true;
}

void finish(CrashEvent& event) {
    blame(event);
    const auto during = event.fact("during");
    event.title =
        clean_title("BUG: Dentry still in use in " + std::string(during.substr(0, during.find(' '))));
}

}  // namespace

extern const KindReader plugin_kinds_dentry;
const KindReader plugin_kinds_dentry{"dentry", kTriggers, opens, continues, nullptr, finish, true};

}  // namespace inquest
