#include "crashlog/fault_line.h"

#include "base/scanner.h"

namespace inquest {
namespace {

void set_code(CrashEvent& event, std::string_view digits) {
    if (event.error_code.empty() && !digits.empty()) event.error_code = digits;
}

void set_access(CrashEvent& event, Access access) {
    if (event.access == Access::unknown) event.access = access;
}

// "#PF: supervisor instruction fetch in kernel mode", "#PF: error_code(0x0010) - not-present page"
bool take_page_fault(Scanner scanner, CrashEvent& event) {
    if (scanner.literal("error_code(0x")) {
        set_code(event, scanner.take_while(is_hex));
    } else if (auto what = scanner.until(" in kernel mode")) {
        if (what->ends_with("write access")) set_access(event, Access::write);
        if (what->ends_with("read access")) set_access(event, Access::read);
        if (what->ends_with("instruction fetch")) set_access(event, Access::execute);
    }
    return true;
}

// arm64's "Mem abort info:" block.
bool take_abort_info(std::string_view text, CrashEvent& event) {
    static constexpr std::string_view kLines[] = {
        "Mem abort info:", "Exception class", "EC = ",         "SET = ",
        "EA = ",           "FSC = ",          "ISV = ",        "Data abort info:",
        "CM = ",           "GCS = ",          "user pgtable:", "swapper pgtable:",
        "Initial = ",      "TnD = "};
    Scanner scanner(text);
    if (scanner.literal("ESR = ") || scanner.literal("ESR: ")) {
        scanner.literal("0x");
        auto digits = scanner.take_while(is_hex);
        // Since 5.18 as 64 bits, which say no more.
        if (digits.size() == 16 && digits.starts_with("00000000")) digits.remove_prefix(8);
        set_code(event, digits);
        return !digits.empty();
    }
    if (text.starts_with("CM = ") && text.find("WnR = 1") != text.npos) set_access(event, Access::write);
    if (text.starts_with("CM = ") && text.find("WnR = 0") != text.npos) set_access(event, Access::read);
    for (auto line : kLines)
        if (text.starts_with(line)) return true;
    return false;
}

// "Faulting instruction address: 0xc000000000001234": not the fault's address, but ppc prints it before the
// registers.
bool take_powerpc(Scanner scanner, CrashEvent& event) {
    auto address = scanner.spaces().hex();
    if (!address) return false;
    if (event.ip.empty()) event.ip.address = address;
    return true;
}

}  // namespace

bool take_fault_line(std::string_view text, CrashEvent& event) {
    text = trim_left(text);
    if (text.empty()) return false;
    Scanner scanner(text);
    switch (text.front()) {
        case '#':
            return scanner.literal("#PF: ") && take_page_fault(scanner, event);
        case 'M':
        case 'E':
        case 'S':
        case 'D':
        case 'C':
        case 'I':
        case 'G':
        case 'T':
        case 'u':
        case 's':
            return take_abort_info(text, event);
        case 'F':
            if (scanner.literal("Faulting instruction address:")) return take_powerpc(scanner, event);
            return take_abort_info(text, event);
        default:
            return false;
    }
}

}  // namespace inquest
