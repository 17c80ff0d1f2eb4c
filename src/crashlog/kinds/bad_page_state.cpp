// A page, page table or address space that was freed in a state in which it must not be.
#include "crashlog/guilty.h"
#include "crashlog/header.h"
#include "crashlog/kind_reader.h"
#include "crashlog/title.h"

namespace inquest {
namespace {

constexpr std::string_view kTriggers[] = {"BUG: Bad page ", "BUG: Bad rss-counter state", "BUG: non-zero "};
constexpr std::string_view kFreeing[] = {
    "free_page",      "put_page", "get_page", "update_page", "release_page",
    "free_unref",     "^folio",   "^_folio",  "^__folio",    "truncate_inode_pages",
    "page_frag_free", "alloc",    "vmap",     "page_owner",  "^bad_page$"};

bool opens_page(const Line& line, CrashEvent& event) {
    auto scan = after_header(line, "BUG: Bad page ");
    if (!scan) return false;
    const auto what = scan->word();
    if ((what != "state" && what != "cache" && what != "map") || !scan->literal(" in process ")) return false;
    open_event(line, event, Kind::bad_page_state);
    add_fact(event, line, "report", "BUG: Bad page " + std::string(what));
    const auto rest = scan->rest();
    event.task.comm = trim(rest.substr(0, rest.find("  ")));
    if (auto at = rest.find("pfn:"); at != rest.npos) add_fact(event, line, "pfn", rest.substr(at + 4));
    return true;
}

bool opens(const Line& line, CrashEvent& event) {
    if (opens_page(line, event)) return true;
    std::string report;
    if (auto scan = after_header(line, kTriggers[1]); scan && scan->literal(" mm:")) {
        report = kTriggers[1];
    } else if (auto tables = after_header(line, kTriggers[2])) {
        const auto what = tables->symbol();
        if (!tables->literal(" on freeing mm")) return false;
        report = std::string(kTriggers[2]).append(what).append(" on freeing mm");
    } else {
        return false;
    }
    open_event(line, event, Kind::bad_page_state);
    add_fact(event, line, "report", report);
    return true;
}

bool takes(const Line& line, CrashEvent& event) {
    const auto text = trim(line.text);
    if (text.starts_with("page:") && text.find("count:") != text.npos) {
        event.verdict.object.type = "page";
        event.verdict.object.address = parse_hex(text.substr(5, text.find(' ') - 5));
        add_fact(event, line, "page", text);
        return true;
    }
    if (text.starts_with("page dumped because: ")) {
        add_fact(event, line, "reason", text.substr(21));
        return true;
    }
    for (std::string_view title :
         {"page last allocated via", "page last free stack trace", "page last free pid"}) {
        if (!text.starts_with(title)) continue;
        begin_stack(event, title);
        return true;
    }
    return false;
}

void finish(CrashEvent& event) {
    default_ip(event);
    const std::string report(event.fact("report"));
    // The other reports come from whoever exits last: their traces tell nothing.
    if (report.starts_with("BUG: Bad page ") && !report.ends_with("map")) {
        for (const Stack& stack : event.stacks)
            if (stack.title.starts_with("page last allocated")) blame_trace(event, stack.frames, kFreeing);
        if (event.guilty.function.empty()) blame_trace(event, event.trace, kFreeing);
    }
    event.title = title_in(report, event);
}

}  // namespace

extern const KindReader plugin_kinds_bad_page_state;
const KindReader plugin_kinds_bad_page_state{"bad_page_state", kTriggers, opens, nullptr, takes, finish};

}  // namespace inquest
