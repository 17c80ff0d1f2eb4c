#include "crashlog/fault.h"

#include "crashlog/header.h"
#include "crashlog/title.h"

namespace inquest {
namespace {

// Every architecture calls an address below the first page NULL plus something.
constexpr Address kFirstPage = 4096;

bool jumped(const CrashEvent& event) {
    if (event.access == Access::execute) return true;
    if (!event.ip.symbol.empty() || !event.ip.address) return false;
    return event.ip.address == event.fault_address || *event.ip.address < kFirstPage;
}

// ppc: an instruction could not be fetched (0400, 0480); DAR holds something old then.
bool is_fetch_trap(const CrashEvent& event) {
    auto trap = event.reg("trap");
    return trap && (*trap == 0x400 || *trap == 0x480);
}

}  // namespace

Kind kind_of_fault(const CrashEvent& event) {
    if (jumped(event)) return Kind::bad_instruction_fetch;
    if (event.fault_address)
        return *event.fault_address < kFirstPage ? Kind::null_pointer_dereference : Kind::bad_page_fault;
    return event.headline.find("NULL pointer") != std::string::npos ? Kind::null_pointer_dereference
                                                                    : Kind::bad_page_fault;
}

void find_fault_address(CrashEvent& event) {
    if (event.fault_address) return;
    if (is_fetch_trap(event)) {
        event.access = Access::execute;
        event.fault_address = event.ip.address;
        return;
    }
    for (std::string_view name : {"cr2", "dar", "badva", "badaddr", "badv", "dear"}) {
        if (auto value = event.reg(name)) {
            event.fault_address = value;
            return;
        }
    }
}

std::string fault_title(const CrashEvent& event) {
    auto says = [&](std::string_view words) { return event.headline.find(words) != std::string::npos; };
    std::string_view request = "paging request";
    if (says("NULL pointer") || event.kind == Kind::null_pointer_dereference)
        request = "NULL pointer dereference";
    if (says("access to user memory")) request = "access to user memory";
    if (says("execute from non-executable memory")) request = "execute from non-executable memory";
    return title_in("BUG: unable to handle kernel " + std::string(request), event);
}

bool is_oops(Kind kind) {
    switch (kind) {
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

bool in_header(const CrashEvent& event) {
    return event.trace.empty() && event.registers.empty() && event.ip.symbol.empty() && !event.task.pid;
}

void note(CrashEvent& event, std::string_view name, std::string_view value, const Line& line) {
    if (event.fact(name).empty()) add_fact(event, line, name, value);
}

}  // namespace inquest
