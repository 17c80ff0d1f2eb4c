#include "reason/next_steps.h"

#include <algorithm>

#include "base/text.h"
#include "model/symbol.h"

namespace inquest::reason {
namespace {

bool is_plain(std::string_view name) {
    return !name.empty() && std::ranges::all_of(name, [](char c) { return is_symbol_char(c) || c == '-'; });
}

// The function to blame where the trace shows it, else the place of the event: of what only noticed the
// trouble nobody wants to see the source.
const CodeRef& blamed_place(const CrashEvent& event) {
    const std::string guilty = bare_function(event.guilty.function);
    if (guilty.empty() || bare_function(event.ip.symbol) == guilty) return event.ip;
    for (const Frame& frame : event.trace)
        if (frame.reliable && frame.offset && bare_function(frame.symbol) == guilty) return frame;
    return event.ip;
}

}  // namespace

void suggest_source_line(CrashEvent& event) {
    const CodeRef& code = blamed_place(event);
    if (!is_plain(code.symbol) || !code.offset || (!code.module.empty() && !is_plain(code.module))) return;
    // "WARNING: ... at fs/wombat.c:118" said it.
    if (&code == &event.ip && event.fact("place").find(".c:") != std::string_view::npos) return;
    std::string place = code.symbol + "+" + hex(*code.offset) + (code.size ? "/" + hex(*code.size) : "");
    std::string object = code.module.empty() ? "vmlinux" : code.module + ".ko";
    event.verdict.next_steps.push_back(
        "scripts/faddr2line " + object + " " + place +
        "  # the source line; needs the kernel's source tree and debuginfo, no reboot");
}

void suggest_memory_debugging(CrashEvent& event) {
    event.verdict.next_steps.push_back(
        "boot with slub_debug=FZPU  # the next report names who allocated and freed the memory; costs a "
        "reboot, "
        "memory and some speed; a KASAN build tells most, at about half the speed");
}

void suggest_memory_test(CrashEvent& event) {
    event.verdict.next_steps.push_back(
        "ras-mc-ctl --errors; edac-util -v  # counted memory errors; costs nothing");
    event.verdict.next_steps.push_back(
        "run memtest86+, and see whether the crashes differ from each other  # costs hours of downtime; the "
        "same "
        "place every time speaks for a bug, different places for broken memory");
}

}  // namespace inquest::reason
