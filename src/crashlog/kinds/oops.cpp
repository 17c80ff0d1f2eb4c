// "Oops: 0002 [#1] SMP", "Internal error: Oops: 96000005 [#1]": the second line of most faults, the first of
// some.
#include "base/scanner.h"
#include "crashlog/fault.h"
#include "crashlog/guilty.h"
#include "crashlog/kind_reader.h"
#include "crashlog/title.h"

namespace inquest {
namespace {

constexpr std::string_view kTriggers[] = {"Oops", "Internal error: "};

// The part behind "Oops: ", nullopt when the line is no oops line.
std::optional<std::string_view> oops_in(std::string_view text) {
    Scanner scanner(trim(text));
    scanner.literal("Internal error: ");
    if (!scanner.literal("Oops")) return std::nullopt;
    if (scanner.literal("[#") || scanner.rest().find("[#") != std::string_view::npos) {
        scanner.literal(":");
        scanner.literal(" - ");
        return scanner.spaces().rest();
    }
    return std::nullopt;
}

bool opens(const Line& line, CrashEvent& event) {
    auto text = oops_in(line.text);
    if (!text) return false;
    event.kind = Kind::other;
    take_oops_code(*text, event, line);
    return true;
}

bool continues(const Line& line, CrashEvent& open) {
    auto text = oops_in(line.text);
    if (!text || open.kind == Kind::warning || !open.trace.empty()) return false;
    take_oops_code(*text, open, line);
    return true;
}

void finish(CrashEvent& event) {
    if (!event.fault_address) event.fault_address = event.reg("cr2");
    event.kind = event.fault_address || !event.ip.empty() ? kind_of_fault(event) : Kind::other;
    blame(event);
    event.title = title_in("kernel Oops", event);
}

}  // namespace

extern const KindReader plugin_kinds_oops;
const KindReader plugin_kinds_oops{"oops", kTriggers, opens, continues, nullptr, finish};

}  // namespace inquest
