// Errors that the hardware reports: machine checks, memory controllers (EDAC), firmware (GHES), NMIs of
// unknown source.
#include <algorithm>

#include "base/scanner.h"
#include "crashlog/fault.h"
#include "crashlog/guilty.h"
#include "crashlog/kind_reader.h"
#include "crashlog/title.h"

namespace inquest {
namespace {

constexpr std::string_view kTriggers[] = {"[Hardware Error]: ",
                                          "Hardware Error]",
                                          "EDAC MC",
                                          "EDAC ",
                                          "Uhhuh. NMI received",
                                          "NMI: PCI system error",
                                          "NMI: IOCK error",
                                          "Machine check in kernel mode",
                                          "Kernel panic - not syncing: Machine check",
                                          "Got mcheck at ",
                                          "Kernel panic - not syncing: Caught Machine Check",
                                          "Kernel panic - not syncing: Fatal machine check",
                                          "Kernel panic - not syncing: Fatal hardware error",
                                          "Kernel panic - not syncing: NMI",
                                          "Kernel panic - not syncing: Timeout: Not all CPUs entered"};

bool is_machine_check(std::string_view text) {
    return text.find("CPU ") != text.npos && text.find("Machine Check") != text.npos;
}

// EDAC's start-up messages are no errors: "EDAC MC0: Giving out device to module ...".
bool is_edac_error(std::string_view text) {
    if (!text.starts_with("EDAC ")) return false;
    auto says = [&](std::string_view words) { return text.find(words) != text.npos; };
    return says(" CE ") || says(" UE ") || says(" CE: ") || says(" UE: ") ||
           says("HANDLING MCE MEMORY ERROR");
}

// "NMI: Not continuing": a key, a BMC or a bus asked for it; the processor did not.
bool is_nmi_panic(std::string_view text) { return text.starts_with("Kernel panic - not syncing: NMI"); }

bool opens(const Line& line, CrashEvent& event) {
    auto text = trim(line.text);
    if (text.starts_with("Uhhuh. NMI received") || text.starts_with("NMI: PCI system error") ||
        text.starts_with("NMI: IOCK error")) {
        event.kind = Kind::nmi;
        return true;
    }
    if (text.starts_with("Machine check in kernel mode") || text.starts_with("Got mcheck at ") ||
        text.starts_with("Kernel panic - not syncing: ")) {
        event.kind = is_nmi_panic(text) ? Kind::nmi : Kind::machine_check;
        if (is_nmi_panic(text)) event.severity = Severity::fatal;
        if (text.starts_with("Kernel panic")) note(event, "panic", text.substr(text.find(": ") + 2), line);
        return true;
    }
    if (is_edac_error(text)) {
        event.kind = Kind::hardware_error;
        return true;
    }
    bool marked = text.starts_with("mce: [Hardware Error]: ") || text.starts_with("[Hardware Error]: ") ||
                  text.starts_with("{") || text.starts_with("MCE: [Hardware Error]: ");
    if (!marked || text.find("[Hardware Error]") == text.npos) return false;
    event.kind = is_machine_check(text) ? Kind::machine_check : Kind::hardware_error;
    return true;
}

bool continues(const Line& line, CrashEvent& open) {
    bool ours = open.kind == Kind::machine_check || open.kind == Kind::hardware_error;
    auto text = trim(line.text);
    if (text.starts_with("Kernel panic")) {
        if (!ours && !(open.kind == Kind::nmi && is_nmi_panic(text))) return false;
        note(open, "panic", text.substr(text.find(": ") + 2), line);
        open.severity = Severity::fatal;
        return true;
    }
    auto mark = text.find("[Hardware Error]: ");
    if (!ours || mark == text.npos) return false;
    // A new record of another CPU is another event.
    if (is_machine_check(text) && open.kind == Kind::machine_check) return false;
    if (is_machine_check(text)) open.kind = Kind::machine_check;
    auto said = trim(text.substr(mark + 18));
    if (open.facts.size() < 32) open.facts.push_back({"hardware-error", std::string(said), line.number});
    return true;
}

// "CPU 3: Machine Check Exception: 5 Bank 4: b200000000070f0f"
void read_record(CrashEvent& event) {
    Scanner scanner(event.headline);
    if (scanner.until("CPU ")) {
        auto cpu = scanner.dec();
        if (!event.cpu && cpu && *cpu < (1U << 20)) event.cpu = static_cast<int>(*cpu);
        if (scanner.until("Bank ")) {
            auto bank = scanner.dec();
            if (bank && scanner.literal(": ")) {
                event.error_code = scanner.take_while(is_hex);
                event.facts.push_back({"bank", std::to_string(*bank), event.lines.first});
            }
        }
    }
    // "RIP 10:<ffffffff8100b2f0> {default_idle+0x50/0x2b0}"
    auto where =
        std::ranges::find_if(event.facts, [](const Fact& fact) { return fact.value.starts_with("RIP "); });
    if (where == event.facts.end() || !event.ip.symbol.empty()) return;
    if (auto place = between(where->value, "{", "+")) event.ip.symbol = *place;
}

void finish(CrashEvent& event) {
    read_record(event);
    // What a processor executed when its own error struck is to blame for nothing.
    if (event.fact("bank").empty()) blame(event);
    switch (event.kind) {
        case Kind::nmi:
            event.title = event.fact("panic").empty()
                              ? clean_title(event.headline)
                              : clean_title("kernel panic: " + std::string(event.fact("panic")));
            break;
        case Kind::machine_check:
            event.title = "machine check";
            break;
        default:
            event.title = "hardware error";
            break;
    }
}

}  // namespace

extern const KindReader plugin_kinds_machine_check;
const KindReader plugin_kinds_machine_check{"machine_check", kTriggers, opens, continues,
                                            nullptr,         finish,    true};

}  // namespace inquest
