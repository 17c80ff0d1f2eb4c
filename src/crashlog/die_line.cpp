#include "crashlog/die_line.h"

#include <algorithm>

#include "base/scanner.h"
#include "crashlog/fault.h"

namespace inquest {
namespace {

bool is_code(std::string_view text) {
    return !text.empty() && text.size() <= 16 && std::ranges::all_of(text, is_hex);
}

// "...: 0004 ilc:2" (s390), "...: 0000", "..., sig: 11" (ppc).
void split_code(DieLine& die) {
    auto text = die.what;
    if (auto ilc = text.rfind(" ilc:"); ilc != text.npos) text = text.substr(0, ilc);
    auto colon = text.rfind(':');
    if (colon == text.npos) return;
    auto code = trim(text.substr(colon + 1));
    if (!is_code(code)) return;
    die.what = text.substr(0, colon);
    if (die.what.ends_with(", sig")) {
        die.what.remove_suffix(5);
    } else {
        die.code = code;
    }
}

}  // namespace

std::optional<DieLine> parse_die_line(std::string_view text) {
    text = trim(text);
    auto mark = text.find("[#");
    if (mark == text.npos || mark == 0) return std::nullopt;
    DieLine die;
    Scanner scanner(text.substr(mark + 2));
    die.number = scanner.take_while(is_digit);
    if (die.number.empty() || !scanner.literal("]")) return std::nullopt;
    die.what = trim_right(text.substr(0, mark));
    split_code(die);
    for (std::string_view prefix : {"Internal error:", "Oops:", "Oops -", "CONFIG_VMAP_STACK=y: Oops!"}) {
        if (!die.what.starts_with(prefix)) continue;
        auto rest = trim(die.what.substr(prefix.size()));
        if (!rest.empty()) die.what = rest;
    }
    die.what = trim(die.what);
    if (die.what.ends_with(':')) die.what.remove_suffix(1);
    // The end of a line whose beginning is lost: its number says nothing alone.
    Scanner number(die.what);
    number.literal("0x");
    if (!number.take_while(is_hex).empty() && number.done()) die.what = "Oops";
    return die;
}

void take_die_line(const DieLine& die, const Line& line, CrashEvent& event) {
    event.severity = Severity::fatal;
    if (event.error_code.empty()) event.error_code = die.code;
    note(event, "oops", die.what, line);
    auto text = trim(line.text);
    if (event.kernel.arch.empty() && (text.ends_with(" ARM") || text.ends_with(" THUMB2")))
        event.kernel.arch = "arm";
    note(event, "oops-number", die.number, line);
}

bool continue_with_die_line(const Line& line, CrashEvent& open) {
    auto die = parse_die_line(line.text);
    if (!die) return false;
    // arm64 shows the registers before it dies of it, and again.
    if (die->what == "bad mode" && open.headline.starts_with("Bad mode in ") && open.fact("oops").empty()) {
        take_die_line(*die, line, open);
        return true;
    }
    // PowerPC's monitor shows the registers first.
    bool monitor = !open.fact("vector").empty() && open.fact("oops").empty();
    if (!monitor && (!open.trace.empty() || !open.registers.empty())) return false;
    if (auto known = open.fact("oops-number"); !known.empty() && known != die->number) return false;
    take_die_line(*die, line, open);
    return true;
}

}  // namespace inquest
