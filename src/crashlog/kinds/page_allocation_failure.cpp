// An allocation that its caller must survive without.
#include "crashlog/guilty.h"
#include "crashlog/header.h"
#include "crashlog/kind_reader.h"
#include "crashlog/memory_table.h"
#include "crashlog/title.h"

namespace inquest {
namespace {

constexpr std::string_view kTriggers[] = {": page allocation failure", ": page allocation stalls for ",
                                          ": vmalloc error: size ", "vmalloc: allocation failure",
                                          "SLUB: Unable to allocate memory on "};

bool opens_slub(const Line& line, CrashEvent& event) {
    if (!after_header(line, kTriggers[4]) || line.text.find("gfp=") == line.text.npos) return false;
    open_event(line, event, Kind::page_allocation_failure);
    add_fact(event, line, "report", "SLUB allocation failure");
    return true;
}

// "wombat: page allocation failure: order:4, mode:0x40cc0(GFP_KERNEL|__GFP_COMP), nodemask=(null)"
bool opens(const Line& line, CrashEvent& event) {
    if (opens_slub(line, event)) return true;
    const auto text = trim(line.text);
    for (std::string_view phrase : {kTriggers[0], kTriggers[1], kTriggers[2], kTriggers[3]}) {
        const auto at = text.find(phrase);
        if (at == text.npos || at > 48) continue;
        if (text.find("mode:") == text.npos && text.find("order:") == text.npos &&
            text.find("order ") == text.npos && text.find("allocated ") == text.npos)
            return false;
        open_event(line, event, Kind::page_allocation_failure);
        const bool virtual_memory = phrase.find("vmalloc") != phrase.npos;
        add_fact(event, line, "report",
                 virtual_memory                         ? "vmalloc allocation failure"
                 : phrase.find("stalls") != phrase.npos ? "page allocation stall"
                                                        : "page allocation failure");
        const auto task = text.substr(0, at);
        event.task.comm = task.substr(0, task.find(": "));
        if (event.task.comm == "vmalloc") event.task.comm.clear();
        read_allocation(line, event);
        return true;
    }
    return false;
}

bool takes(const Line& line, CrashEvent& event) {
    const auto text = trim(line.text);
    if (text.starts_with("cache: ")) {
        event.verdict.object.cache =
            text.substr(7, text.find(',') == text.npos ? text.npos : text.find(',') - 7);
        return true;
    }
    if (text.starts_with("node ") && text.find("slabs:") != text.npos) return true;
    return takes_memory(line, event);
}

void finish(CrashEvent& event) {
    default_ip(event);
    blame_trace(event, event.trace);
    event.title = title_in(event.fact("report"), event);
}

}  // namespace

extern const KindReader plugin_kinds_page_allocation_failure;
const KindReader plugin_kinds_page_allocation_failure{
    "page_allocation_failure", kTriggers, opens, nullptr, takes, finish, true};

}  // namespace inquest
