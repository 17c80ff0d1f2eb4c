// What the bus reported back: arm64's SError and synchronous aborts, arm's "Unhandled fault: imprecise
// external abort".
#include "base/scanner.h"
#include "crashlog/die_line.h"
#include "crashlog/fault.h"
#include "crashlog/guilty.h"
#include "crashlog/kind_reader.h"
#include "crashlog/title.h"

namespace inquest {
namespace {

constexpr std::string_view kTriggers[] = {"SError Interrupt",    "xternal abort", "Unhandled fault: ",
                                          "Unhandled exception", "Bad mode in ",  "ata bus error, "};

bool is_header(std::string_view text) {
    for (std::string_view start :
         {"SError Interrupt on CPU", "Kernel panic - not syncing: Asynchronous SError Interrupt",
          "Unhandled fault: ", "Bad mode in ", "Data bus error, ", "Unhandled exception"})
        if (text.starts_with(start)) return true;
    auto die = parse_die_line(text);
    return die && die->what.find("xternal abort") != std::string_view::npos;
}

bool opens(const Line& line, CrashEvent& event) {
    auto text = trim(line.text);
    if (!is_header(text)) return false;
    event.kind = Kind::external_abort;
    if (auto die = parse_die_line(text)) take_die_line(*die, line, event);
    if (text.starts_with("Kernel panic")) note(event, "panic", text.substr(text.find(": ") + 2), line);
    Scanner scanner(text);
    if (scanner.until("SError Interrupt on CPU")) {
        auto cpu = scanner.dec();
        if (cpu && *cpu < (1U << 20)) event.cpu = static_cast<int>(*cpu);
        if (scanner.until("code 0x")) event.error_code = scanner.take_while(is_hex);
    } else if (text.starts_with("Unhandled fault: ")) {
        if (scanner.until("(0x")) event.error_code = scanner.take_while(is_hex);
        if (scanner.until(" at 0x")) event.fault_address = scanner.hex();
    }
    return true;
}

// The panic names the interrupt that was reported above, or the registers follow below it.
bool continues(const Line& line, CrashEvent& open) {
    auto text = trim(line.text);
    if (open.kind == Kind::external_abort) {
        if (text.starts_with("Kernel panic")) {
            note(open, "panic", text.substr(text.find(": ") + 2), line);
            open.severity = Severity::fatal;
            return true;
        }
        if (text.starts_with("SError Interrupt on CPU") && open.registers.empty()) return true;
    }
    return continue_with_die_line(line, open);
}

void finish(CrashEvent& event) {
    blame(event);
    bool fault = event.headline.starts_with("Unhandled fault: ");
    event.title = title_in(fault ? "Unhandled fault" : "external abort", event);
    if (event.headline.starts_with("Bad mode in ")) event.title = "kernel panic: bad mode";
    if (event.headline.find("SError") != std::string::npos) event.title = title_in("SError Interrupt", event);
}

}  // namespace

extern const KindReader plugin_kinds_external_abort;
const KindReader plugin_kinds_external_abort{"external_abort", kTriggers, opens, continues, nullptr, finish};

}  // namespace inquest
