// Reports whose first lines are lost: they begin at their registers, their task or their trace.
#include "base/scanner.h"
#include "crashlog/fault.h"
#include "crashlog/guilty.h"
#include "crashlog/header.h"
#include "crashlog/kind_reader.h"
#include "crashlog/reporter.h"
#include "crashlog/title.h"

namespace inquest {
namespace {

constexpr std::string_view kTriggers[] = {
    "RIP: 0010:",         "RIP: e030:", " RSI: ",      " RBX: ", "EIP: ",  "pc : ",    "PC is at ",
    "Modules linked in:", " Comm: ",    "Krnl PSW : ", "NIP [",  "epc : ", "epc   : ", "$ 0   : "};

bool opens(const Line& line, CrashEvent& event) {
    static constexpr std::string_view kStarts[] = {
        "RIP: 0010:",         "RIP: e030:", "RDX: ",       "RAX: ", "EIP: ",  "pc : ",    "PC is at ",
        "Modules linked in:", "CPU: ",      "Krnl PSW : ", "NIP [", "epc : ", "epc   : ", "$ 0   : "};
    auto text = trim(line.text);
    for (auto start : kStarts) {
        if (!text.starts_with(start)) continue;
        if (start == "CPU: " && text.find(" Comm: ") == text.npos) continue;
        event.kind = Kind::other;
        return true;
    }
    return false;
}

void finish(CrashEvent& event) {
    event.corrupted = true;
    event.corruption = "the first lines are missing";
    if (event.ip.symbol == "sysrq_handle_crash") {
        event.kind = Kind::sysrq_crash;
    } else if (event.reg("cr2") && *event.reg("cr2") < 4096 && *event.reg("cr2") != 0) {
        // CR2 keeps the address of the last fault, whatever happened since: only one that a fault of user
        // space would hardly leave tells something.
        find_fault_address(event);
        event.kind = kind_of_fault(event);
    }
    if (event.kind == Kind::other) {
        event.kind = kind_of_reporter(event.trace).value_or(Kind::other);
        default_ip(event);
    }
    if (auto reason = event.fact("panic"); !reason.empty()) {
        event.kind = Kind::panic;
        if (!reason.starts_with("Attempted to kill")) blame(event);
        event.title = clean_title("kernel panic: " + std::string(reason));
        return;
    }
    blame(event);
    // Without registers and code it is a trace, of which nothing says that it was a crash's.
    bool only_trace = event.registers.empty() && event.code.bytes.empty();
    bool survived = event.kind != Kind::other && !is_oops(event.kind);
    std::string_view what = event.kind == Kind::warning ? "WARNING"
                            : only_trace || survived    ? "call trace"
                                                        : "kernel crash";
    event.title = title_in(what, event);
}

}  // namespace

extern const KindReader plugin_kinds_headless;
const KindReader plugin_kinds_headless{"headless", kTriggers, opens, nullptr, nullptr, finish, false, true};

}  // namespace inquest
