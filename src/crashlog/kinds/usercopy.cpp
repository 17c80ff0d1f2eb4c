// CONFIG_HARDENED_USERCOPY: a copy to or from user space that leaves its object.
#include "crashlog/guilty.h"
#include "crashlog/header.h"
#include "crashlog/kind_reader.h"
#include "crashlog/title.h"
#include "crashlog/warning_line.h"

namespace inquest {
namespace {

constexpr std::string_view kTriggers[] = {"memory exposure attempt detected from",
                                          "memory overwrite attempt detected to",
                                          "at mm/usercopy.c:", "WARNING: mm/usercopy.c:"};
constexpr std::string_view kChecks[] = {"usercopy", "__check"};

bool is_complaint(const Line& line) {
    const auto text = line.text;
    if (text.find(kTriggers[0]) == text.npos && text.find(kTriggers[1]) == text.npos) return false;
    return after_header(line, "usercopy: ") || after_header(line, "Kernel memory ") ||
           after_header(line, "kernel memory ") || after_header(line, "Bad or missing usercopy whitelist? ");
}

bool is_bug(const Line& line) { return after_header(line, "kernel BUG at mm/usercopy.c:").has_value(); }

bool opens(const Line& line, CrashEvent& event) {
    if (is_complaint(line)) {
        open_event(line, event, Kind::kernel_bug);
        add_fact(event, line, "complaint", trim(line.text));
        return true;
    }
    if (is_bug(line)) {
        open_event(line, event, Kind::kernel_bug);
        return true;
    }
    auto warning = parse_warning_line(line);
    if (!warning || !warning->place.starts_with("mm/usercopy.c:")) return false;
    open_warning(line, *warning, event, Kind::warning);
    return true;
}

bool continues(const Line& line, CrashEvent& open) {
    if (!is_complaint(Line{.text = open.headline, .enveloped = true}) || !open.trace.empty()) return false;
    if (is_bug(line)) return true;
    auto warning = parse_warning_line(line);
    if (!warning || !warning->place.starts_with("mm/usercopy.c:")) return false;
    continue_warning(line, *warning, open, Kind::warning);
    return true;
}

void finish(CrashEvent& event) {
    default_ip(event);
    blame(event, kChecks);
    event.title =
        title_in(event.kind == Kind::warning ? "WARNING: bad usercopy" : "BUG: bad usercopy", event);
}

}  // namespace

extern const KindReader plugin_kinds_usercopy;
const KindReader plugin_kinds_usercopy{"usercopy", kTriggers, opens, continues, nullptr, finish};

}  // namespace inquest
