#include "crashlog/fault.h"

#include <algorithm>

#include "base/scanner.h"
#include "crashlog/guilty.h"

namespace inquest {
namespace {

// mm/fault.c of every architecture calls an address below the first page NULL plus something.
constexpr Address kFirstPage = 4096;

bool jumped(const CrashEvent& event) {
    if (event.access == Access::execute) return true;
    return event.ip.symbol.empty() && event.ip.address && event.ip.address == event.fault_address;
}

}  // namespace

Kind kind_of_fault(const CrashEvent& event) {
    if (jumped(event)) return Kind::bad_instruction_fetch;
    if (event.ip.symbol.empty() && event.ip.address && *event.ip.address < kFirstPage)
        return Kind::bad_instruction_fetch;
    if (event.fault_address && *event.fault_address < kFirstPage) return Kind::null_pointer_dereference;
    if (!event.fault_address && event.headline.find("NULL pointer") != std::string::npos)
        return Kind::null_pointer_dereference;
    return Kind::bad_page_fault;
}

bool is_oops(const CrashEvent& event) {
    switch (event.kind) {
        case Kind::null_pointer_dereference:
        case Kind::bad_page_fault:
        case Kind::general_protection_fault:
        case Kind::bad_instruction_fetch:
        case Kind::divide_error:
        case Kind::invalid_opcode:
        case Kind::kernel_bug:
        case Kind::double_fault:
        case Kind::stack_overflow:
        case Kind::external_abort:
            return true;
        default:
            return false;
    }
}

void note(CrashEvent& event, std::string_view name, std::string_view value, const Line& line) {
    if (event.fact(name).empty()) event.facts.push_back({std::string(name), std::string(value), line.number});
}

void take_oops_code(std::string_view text, CrashEvent& event, const Line& line) {
    Scanner scanner(trim_left(text));
    auto digits = scanner.take_while(is_hex);
    if (!digits.empty() && event.error_code.empty()) event.error_code = digits;
    if (auto number = between(scanner.rest(), "[#", "]")) note(event, "oops-number", *number, line);
}

std::string title_place(const CrashEvent& event) {
    if (!event.guilty.function.empty()) return event.guilty.function;
    if (!event.ip.symbol.empty()) return bare_function(event.ip.symbol);
    return {};
}

}  // namespace inquest
