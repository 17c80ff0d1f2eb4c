// "Oops: 0002 [#1] SMP": the second line of most faults, the first of some, and the only one of traps that
// have no reader of their own.
#include "crashlog/die_line.h"
#include "crashlog/fault.h"
#include "crashlog/guilty.h"
#include "crashlog/kind_reader.h"
#include "crashlog/title.h"

namespace inquest {
namespace {

constexpr std::string_view kTriggers[] = {"Oops", "Internal error: ", "[#"};

bool opens(const Line& line, CrashEvent& event) {
    auto die = parse_die_line(line.text);
    if (!die) return false;
    event.kind = Kind::other;
    take_die_line(*die, line, event);
    return true;
}

// The traps whose name says that an address was bad.
bool is_address_fault(const CrashEvent& event) {
    auto what = event.fact("oops");
    if (what == "Oops") return !event.error_code.empty() || event.reg("badva") || event.reg("badaddr");
    for (std::string_view name :
         {"Kernel access of bad area", "page fault", "load page fault", "store page fault",
          "addressing exception", "protection exception", "Accessing user space memory"})
        if (what.starts_with(name)) return true;
    return false;
}

void finish(CrashEvent& event) {
    blame(event);
    auto what = event.fact("oops");
    event.title = title_in(what == "Oops" || what.empty() ? "kernel Oops" : clean_title(what), event);
    if (is_address_fault(event)) {
        find_fault_address(event);
        event.kind = kind_of_fault(event);
        event.title = fault_title(event);
    } else if (event.fact("oops").starts_with("Exception in kernel mode")) {
        // PowerPC: a program check that is no BUG() of this kernel's table, told by the signal.
        auto says = [&](std::string_view words) { return event.headline.find(words) != std::string::npos; };
        if (event.fact("place").size() || says("sig: 5")) event.kind = Kind::kernel_bug;
        if (says("sig: 4")) event.kind = Kind::invalid_opcode;
    } else if (event.fact("oops").find("Machine check") != std::string_view::npos) {
        event.kind = Kind::machine_check;
    }
}

}  // namespace

extern const KindReader plugin_kinds_oops;
const KindReader plugin_kinds_oops{.name = "oops",
                                   .triggers = kTriggers,
                                   .opens = opens,
                                   .continues = continue_with_die_line,
                                   .takes = nullptr,
                                   .finish = finish,
                                   .general = true};

}  // namespace inquest
