// A refcount_t that went below zero, up from zero, or into saturation.
#include "crashlog/guilty.h"
#include "crashlog/header.h"
#include "crashlog/kind_reader.h"
#include "crashlog/title.h"
#include "crashlog/warning_line.h"

namespace inquest {
namespace {

constexpr std::string_view kTriggers[] = {"refcount_t: ", "lib/refcount.c:"};
constexpr std::string_view kComplaints[] = {
    "underflow; use-after-free",      "saturated; leaking memory",       "addition on 0; use-after-free",
    "increment on 0; use-after-free", "decrement hit 0; leaking memory", "hit 0"};
constexpr std::string_view kCounters[] = {"refcount", "kobject_"};

std::string_view complaint_in(const Line& line) {
    auto scan = after_header(line, "refcount_t: ");
    if (!scan) return {};
    for (auto complaint : kComplaints)
        if (scan->rest().starts_with(complaint)) return complaint;
    return {};
}

bool opens(const Line& line, CrashEvent& event) {
    if (auto complaint = complaint_in(line); !complaint.empty()) {
        open_event(line, event, Kind::refcount);
        add_fact(event, line, "complaint", complaint);
        return true;
    }
    auto warning = parse_warning_line(line);
    if (!warning || !warning->place.starts_with("lib/refcount.c:")) return false;
    open_warning(line, *warning, event, Kind::refcount);
    return true;
}

// The complaint stands before the WARNING, or behind it on kernels that print it from the trap.
bool continues(const Line& line, CrashEvent& open) {
    if (open.kind != Kind::refcount) return false;
    if (auto complaint = complaint_in(line); !complaint.empty() && open.fact("complaint").empty()) {
        add_fact(open, line, "complaint", complaint);
        return true;
    }
    auto warning = parse_warning_line(line);
    if (!warning || !warning->place.starts_with("lib/refcount.c:") || !open.fact("place").empty())
        return false;
    continue_warning(line, *warning, open, Kind::refcount);
    return true;
}

void finish(CrashEvent& event) {
    default_ip(event);
    blame(event, kCounters);
    event.title = title_in("WARNING: refcount bug", event);
}

}  // namespace

extern const KindReader plugin_kinds_refcount;
const KindReader plugin_kinds_refcount{"refcount", kTriggers, opens, continues, nullptr, finish};

}  // namespace inquest
