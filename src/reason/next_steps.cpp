#include "reason/next_steps.h"

#include <algorithm>

#include "base/text.h"

namespace inquest::reason {
namespace {

bool is_plain(std::string_view name) {
    return !name.empty() && std::ranges::all_of(name, [](char c) { return is_symbol_char(c) || c == '-'; });
}

}  // namespace

void suggest_source_line(CrashEvent& event) {
    const CodeRef& ip = event.ip;
    if (!is_plain(ip.symbol) || !ip.offset || (!ip.module.empty() && !is_plain(ip.module))) return;
    std::string place = ip.symbol + "+" + hex(*ip.offset) + (ip.size ? "/" + hex(*ip.size) : "");
    std::string object = ip.module.empty() ? "vmlinux" : ip.module + ".ko";
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
