// Faults on an address: "BUG: unable to handle ...", "Unable to handle kernel ...".
#include "base/scanner.h"
#include "crashlog/fault.h"
#include "crashlog/guilty.h"
#include "crashlog/kind_reader.h"
#include "crashlog/title.h"

namespace inquest {
namespace {

constexpr std::string_view kTriggers[] = {
    "BUG: unable to handle ",      "BUG: kernel NULL pointer dereference",
    "Unable to handle kernel ",    "Kernel access of bad area",
    "BUG: Unable to handle ",      "Kernel attempted to ",
    "Unable to handle user paging"};

// The address stands last: "... at 00000000000000d0", "... at virtual address 0", "..., address:
// 0000000000000010".
std::optional<Address> address_in(std::string_view text) {
    static constexpr std::string_view kBefore[] = {"virtual address ", "address: ", "address ", " at ",
                                                   "access at "};
    for (auto before : kBefore) {
        auto at = text.rfind(before);
        if (at == text.npos) continue;
        Scanner scanner(text.substr(at + before.size()));
        scanner.literal("0x");
        scanner.spaces();
        if (scanner.literal("(null)")) return 0;
        auto digits = scanner.take_while(is_hex);
        if (digits.size() >= 4 || digits == "0") return parse_hex(digits);
    }
    return std::nullopt;
}

bool is_header(std::string_view text) {
    static constexpr std::string_view kHeaders[] = {"BUG: unable to handle kernel ",
                                                    "BUG: unable to handle page fault for address",
                                                    "BUG: kernel NULL pointer dereference, address",
                                                    "Unable to handle kernel ",
                                                    "Kernel attempted to read user page",
                                                    "Kernel attempted to write user page",
                                                    "Kernel attempted to access user page",
                                                    "BUG: Unable to handle kernel ",
                                                    "BUG: unable to handle ",
                                                    "Kernel attempted to execute user page",
                                                    "Kernel access of bad area"};
    for (auto header : kHeaders)
        if (text.starts_with(header)) return true;
    return false;
}

bool opens(const Line& line, CrashEvent& event) {
    auto text = trim(line.text);
    // mips: "CPU 0 Unable to handle kernel paging request at virtual address 00000000, epc == 801be4f0, ra ==
    // ..."
    if (text.starts_with("CPU ")) {
        Scanner scanner(text);
        scanner.literal("CPU ");
        auto cpu = scanner.dec();
        if (!cpu || *cpu > 65535) return false;
        event.cpu = static_cast<int>(*cpu);
        text = trim_left(scanner.rest());
    }
    if (!is_header(text)) return false;
    auto told = text.substr(0, text.find(", epc =="));
    event.kind = Kind::bad_page_fault;
    event.fault_address = address_in(told);
    if (auto null = told.find("NULL pointer"); null != told.npos) event.kind = Kind::null_pointer_dereference;
    if (told.find("read at ") != told.npos || told.find("attempted to read") != told.npos)
        event.access = Access::read;
    if (told.find("write at ") != told.npos || told.find("attempted to write") != told.npos)
        event.access = Access::write;
    if (told.find("instruction fetch") != told.npos || told.find("attempted to execute") != told.npos ||
        told.find("execute from") != told.npos)
        event.access = Access::execute;
    return true;
}

// powerpc says it twice: "Kernel attempted to read user page (0) ...", "BUG: Kernel NULL pointer dereference
// ...".
bool continues(const Line& line, CrashEvent& open) {
    if (!is_oops(open) || !open.trace.empty() || !open.ip.symbol.empty()) return false;
    CrashEvent same;
    if (!opens(line, same) ||
        (same.fault_address && open.fault_address && same.fault_address != open.fault_address))
        return false;
    if (!open.fault_address) open.fault_address = same.fault_address;
    if (open.access == Access::unknown) open.access = same.access;
    return true;
}

void finish(CrashEvent& event) {
    event.kind = kind_of_fault(event);
    blame(event);
    event.title = title_in(
        "BUG: unable to handle kernel " +
            std::string(event.kind == Kind::bad_page_fault ? "paging request" : "NULL pointer dereference"),
        event);
}

}  // namespace

extern const KindReader plugin_kinds_page_fault;
const KindReader plugin_kinds_page_fault{"page_fault", kTriggers, opens, continues, nullptr, finish};

}  // namespace inquest
