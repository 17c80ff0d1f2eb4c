// WARN()s in code that serves many: the file tells what went wrong, the caller is to blame.
#include "crashlog/guilty.h"
#include "crashlog/header.h"
#include "crashlog/kind_reader.h"
#include "crashlog/title.h"
#include "crashlog/warning_line.h"

namespace inquest {
namespace {

constexpr std::string_view kTriggers[] = {"lib/kobject.c:",
                                          "fs/proc/generic.c:",
                                          "kernel/locking/lockdep.c:",
                                          "mm/util.c:",
                                          "mm/slab",
                                          "mm/vmalloc.c:",
                                          "mm/page_alloc.c:",
                                          "mm/slub.c:",
                                          "drivers/usb/core/urb.c:"};

constexpr std::string_view kKobject[] = {"kobject_"};
constexpr std::string_view kProc[] = {"proc_"};
constexpr std::string_view kSocketLock[] = {"lock_sock", "release_sock"};
constexpr std::string_view kAllocator[] = {"kmalloc", "krealloc", "slab", "kmem"};
constexpr std::string_view kUrb[] = {"usb_submit_urb", "usb_start_wait_urb", "usb_bulk_msg",
                                     "usb_interrupt_msg", "usb_control_msg"};

struct Special {
    std::string_view file;      // the place begins with it
    std::string_view function;  // stands in the name of the function that warns; "" any
    std::string_view title;
    std::string_view suffix;  // of the title, behind the culprit
    Kind kind;
    NamePatterns plumbing;
};
const Special kSpecial[] = {
    {"lib/kobject.c:", "", "WARNING: kobject bug", "", Kind::warning, kKobject},
    {"fs/proc/generic.c:", "", "WARNING: proc registration bug", "", Kind::warning, kProc},
    {"kernel/locking/lockdep.c:", "lock_", "WARNING: locking bug", "", Kind::lockdep, kSocketLock},
    {"mm/vmalloc.c:", "__vmalloc_node", "WARNING: zero-size vmalloc", "", Kind::warning, {}},
    {"mm/", "kmalloc", "WARNING: kmalloc bug", "", Kind::warning, kAllocator},
    {"mm/", "kvmalloc", "WARNING: kmalloc bug", "", Kind::warning, kAllocator},
    {"drivers/usb/core/urb.c:", "usb_submit_urb", "WARNING", "/usb_submit_urb", Kind::warning, kUrb},
};

const Special* special_of(std::string_view place, std::string_view function) {
    for (const Special& special : kSpecial) {
        if (!place.starts_with(special.file)) continue;
        const bool starts = special.file == "mm/";
        if (starts ? function.starts_with(special.function)
                   : function.find(special.function) != function.npos)
            return &special;
    }
    return nullptr;
}

bool opens(const Line& line, CrashEvent& event) {
    auto warning = parse_warning_line(line);
    if (!warning) return false;
    const Special* special = special_of(warning->place, warning->code.symbol);
    if (!special) return false;
    open_warning(line, *warning, event, special->kind);
    add_fact(event, line, "function", warning->code.symbol);
    return true;
}

void finish(CrashEvent& event) {
    default_ip(event);
    const Special* special = special_of(event.fact("place"), event.fact("function"));
    blame(event, special->plumbing);
    event.title = title_in(special->title, event).append(special->suffix);
}

}  // namespace

extern const KindReader plugin_kinds_special_warning;
const KindReader plugin_kinds_special_warning{"special_warning", kTriggers, opens, nullptr, nullptr, finish};

}  // namespace inquest
