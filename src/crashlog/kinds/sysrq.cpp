// A person, or a program, asked the kernel to crash.
#include "crashlog/guilty.h"
#include "crashlog/header.h"
#include "crashlog/kind_reader.h"
#include "crashlog/title.h"

namespace inquest {
namespace {

constexpr std::string_view kTriggers[] = {"Trigger a crash",          "sysrq triggered crash",
                                          "BUG: unable to handle ",   "BUG: kernel NULL pointer dereference",
                                          "Unable to handle kernel ", "general protection fault"};

// "sysrq: Trigger a crash", "sysrq: SysRq : Trigger a crash", "SysRq : Trigger a crash"
bool is_request(const Line& line) {
    for (std::string_view header : {"sysrq: Trigger a crash", "SysRq : Trigger a crash"})
        if (auto scan = after_header(line, header)) return trim(scan->rest()).empty();
    return false;
}

bool is_panic(const Line& line) {
    return after_header(line, "Kernel panic - not syncing: sysrq triggered crash").has_value();
}

bool opens(const Line& line, CrashEvent& event) {
    if (!is_request(line) && !is_panic(line)) return false;
    open_event(line, event, Kind::sysrq_crash);
    return true;
}

// How the kernel does it: by a panic, or before 5.2 by writing to NULL (what KASAN makes a protection fault).
bool continues(const Line& line, CrashEvent& open) {
    if (open.kind != Kind::sysrq_crash || !open.trace.empty() || !open.fact("means").empty()) return false;
    if (is_panic(line)) {
        add_fact(open, line, "means", "panic");
        return true;
    }
    if (is_request(line)) return true;
    for (auto header : std::span(kTriggers).subspan(2)) {
        if (!after_header(line, header)) continue;
        const bool protection = header.starts_with("general");
        add_fact(open, line, "means",
                 protection ? header : "BUG: unable to handle kernel NULL pointer dereference");
        if (!protection) open.fault_address = 0;
        return true;
    }
    return false;
}

void finish(CrashEvent& event) {
    default_ip(event);
    // The general fault readers may have taken the fault's own line.
    std::string means(event.fact("means"));
    if (means.empty() && event.fact("oops").starts_with("general protection fault"))
        means = "general protection fault";
    if (means.empty() || means == "panic") {
        event.title = "kernel panic: sysrq triggered crash";
        return;
    }
    blame(event);
    event.title = title_in(means, event);
}

}  // namespace

extern const KindReader plugin_kinds_sysrq;
const KindReader plugin_kinds_sysrq{"sysrq", kTriggers, opens, continues, nullptr, finish, true};

}  // namespace inquest
