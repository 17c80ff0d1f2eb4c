// Faults on an address: "BUG: unable to handle ...", "Unable to handle kernel ...".
#include <algorithm>
#include <array>

#include "base/scanner.h"
#include "crashlog/fault.h"
#include "crashlog/guilty.h"
#include "crashlog/header.h"
#include "crashlog/kind_reader.h"

namespace inquest {
namespace {

constexpr std::array<std::string_view, 7> kTriggers{
    "BUG: unable to handle ",    "BUG: kernel NULL pointer dereference",
    "BUG: Kernel NULL pointer ", "BUG: Unable to handle ",
    "Unable to handle kernel ",  "Kernel attempted to ",
    "kernel tried to execute "};

// The address stands last: "... at 00000000000000d0", "... at virtual address (null)", "... for address:
// 0010".
std::optional<Address> address_in(std::string_view text) {
    for (std::string_view before : {"address: ", "address ", " at ", " page ("}) {
        auto at = text.rfind(before);
        if (at == text.npos) continue;
        Scanner scanner(text.substr(at + before.size()));
        scanner.spaces();
        if (scanner.literal("(null)")) return 0;
        scanner.literal("0x");
        auto digits = scanner.take_while(is_hex);
        if (digits.size() >= 4 || digits == "0") return parse_hex(digits);
    }
    return std::nullopt;
}

Access access_in(std::string_view text) {
    auto says = [&](std::string_view words) { return text.find(words) != text.npos; };
    if (says("instruction fetch") || says("execute")) return Access::execute;
    if (says("on write at") || says("attempted to write") || says("[when write]") || says("kernel write to"))
        return Access::write;
    if (says("on read at") || says("attempted to read") || says("[when read]") || says("kernel read from"))
        return Access::read;
    return Access::unknown;
}

// mips and loongarch: "CPU 0 Unable to handle kernel paging request at virtual address 00000000, epc ==
// 801be4f0".
std::string_view skip_cpu(std::string_view text, CrashEvent& event) {
    Scanner scanner(text);
    if (!scanner.literal("CPU ")) return text;
    auto cpu = scanner.dec();
    if (!cpu || *cpu > INT16_MAX) return text;
    event.cpu = static_cast<int>(*cpu);
    return trim_left(scanner.rest());
}

bool opens(const Line& line, CrashEvent& event) {
    Line message = line;
    message.text = skip_cpu(trim(line.text), event);
    auto text = message.text;
    if (std::ranges::none_of(kTriggers,
                             [&](auto header) { return after_header(message, header).has_value(); }))
        return false;
    text = text.substr(0, text.find(", epc =="));
    text = text.substr(0, text.find(", era =="));
    event.kind = Kind::bad_page_fault;
    event.fault_address = address_in(text);
    event.access = access_in(text);
    return true;
}

// Some say it twice: "Kernel attempted to read user page (0) ...", "BUG: Kernel NULL pointer dereference on
// read ...".
bool continues(const Line& line, CrashEvent& open) {
    if (!is_oops(open.kind) || !in_header(open) || !open.fact("oops-number").empty()) return false;
    CrashEvent same;
    if (!opens(line, same)) return false;
    if (same.fault_address && open.fault_address && same.fault_address != open.fault_address) return false;
    if (!open.fault_address) open.fault_address = same.fault_address;
    if (open.access == Access::unknown) open.access = same.access;
    if (open.headline.find("NULL pointer") == std::string::npos) open.headline = trim(line.text);
    return true;
}

// s390 prints the address below: "Failing address: 0000000000000000 TEID: 0000000000000483".
bool takes(const Line& line, CrashEvent& event) {
    Scanner scanner(trim_left(line.text));
    if (!scanner.literal("Failing address: ")) return false;
    if (!event.fault_address) event.fault_address = scanner.hex();
    return true;
}

void finish(CrashEvent& event) {
    find_fault_address(event);
    event.kind = kind_of_fault(event);
    blame(event);
    event.title = fault_title(event);
}

}  // namespace

extern const KindReader plugin_kinds_page_fault;
const KindReader plugin_kinds_page_fault{"page_fault", kTriggers, opens, continues, takes, finish};

}  // namespace inquest
