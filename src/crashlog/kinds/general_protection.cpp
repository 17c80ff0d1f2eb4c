// x86's protection faults: addresses that cannot exist, segments that do not fit.
#include "base/scanner.h"
#include "crashlog/die_line.h"
#include "crashlog/fault.h"
#include "crashlog/guilty.h"
#include "crashlog/kind_reader.h"
#include "crashlog/title.h"

namespace inquest {
namespace {

constexpr std::string_view kTriggers[] = {"general protection fault",
                                          "stack segment: ",
                                          "segment not present: ",
                                          "KASAN: null-ptr-deref in range",
                                          "KASAN: probably user-memory-access in range",
                                          "KASAN: probably wild-memory-access in range",
                                          "KASAN: maybe wild-memory-access in range",
                                          "KASAN: maybe null-ptr-deref in range"};

bool opens(const Line& line, CrashEvent& event) {
    auto die = parse_die_line(line.text);
    if (!die) return false;
    bool general = die->what.find("general protection fault") != std::string_view::npos;
    if (!general && !die->what.starts_with("stack segment") && !die->what.starts_with("segment not present"))
        return false;
    event.kind = Kind::general_protection_fault;
    take_die_line(*die, line, event);
    Scanner scanner(die->what);
    if (scanner.until(" address 0x")) event.fault_address = scanner.hex();
    return true;
}

// What KASAN adds: "KASAN: null-ptr-deref in range [0x0000000000000018-0x000000000000001f]".
bool continues(const Line& line, CrashEvent& open) {
    auto text = trim(line.text);
    if (text.starts_with("KASAN: ")) {
        if (!is_oops(open.kind) || !open.trace.empty()) return false;
        note(open, "kasan-range", text.substr(7), line);
        return true;
    }
    return continue_with_die_line(line, open);
}

void finish(CrashEvent& event) {
    blame(event);
    bool stack = event.fact("oops").starts_with("stack segment");
    event.title = title_in(stack ? "stack segment fault" : "general protection fault", event);
}

}  // namespace

extern const KindReader plugin_kinds_general_protection;
const KindReader plugin_kinds_general_protection{
    "general_protection", kTriggers, opens, continues, nullptr, finish};

}  // namespace inquest
