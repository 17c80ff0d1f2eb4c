// "Kernel panic - not syncing: ...": the end of a machine, mostly of one that reported its trouble before.
#include "base/scanner.h"
#include "crashlog/fault.h"
#include "crashlog/guilty.h"
#include "crashlog/kind_reader.h"
#include "crashlog/place.h"
#include "crashlog/title.h"

namespace inquest {
namespace {

constexpr std::string_view kTriggers[] = {"Kernel panic - not syncing", "Fixing recursive fault"};

std::optional<std::string_view> reason_in(std::string_view text) {
    Scanner scanner(trim(text));
    if (!scanner.literal("Kernel panic - not syncing")) return std::nullopt;
    scanner.literal(":");
    return scanner.spaces().rest();
}

// Panics that another report led to: "Fatal exception" ends an oops and nothing else; panic_on_warn follows
// whatever warned.
bool leads_to(const CrashEvent& open, std::string_view reason) {
    auto says = [&](std::string_view words) { return reason.find(words) != reason.npos; };
    if (reason == "Fatal" || says("Fatal exception") || says("Attempted to kill") || says("Aiee, killing"))
        return open.severity == Severity::fatal || is_oops(open.kind) ||
               (open.kind == Kind::other && !open.registers.empty());
    if (says("panic_on_warn set") || says(".panic set ...") || says(".fault=panic set ...")) return true;
    if (reason == "BUG!") return open.kind == Kind::kernel_bug;
    if (says("hung_task: blocked")) return open.kind == Kind::hung_task;
    if (says("softlockup: hung tasks")) return open.kind == Kind::soft_lockup;
    if (says("Hard LOCKUP")) return open.kind == Kind::hard_lockup;
    if (says("RCU Stall")) return open.kind == Kind::rcu_stall;
    return says("scheduling while atomic") && open.kind == Kind::scheduling_while_atomic;
}

bool opens(const Line& line, CrashEvent& event) {
    auto reason = reason_in(line.text);
    if (!reason) return false;
    event.kind = Kind::panic;
    note(event, "panic", reason->empty() ? "no reason given" : *reason, line);
    return true;
}

bool continues(const Line& line, CrashEvent& open) {
    if (trim(line.text).starts_with("Fixing recursive fault")) {
        note(open, "recursive-fault", trim(line.text), line);
        return true;
    }
    auto reason = reason_in(line.text);
    if (!reason || !leads_to(open, *reason)) return false;
    note(open, "panic", *reason, line);
    open.severity = Severity::fatal;
    return true;
}

void finish(CrashEvent& event) {
    auto reason = std::string(event.fact("panic"));
    if (reason.starts_with("corrupted stack end")) {
        event.kind = Kind::stack_overflow;
        blame_stalled(event, event.trace);
        event.title = title_in("kernel panic: corrupted stack end", event);
    } else if (auto at = reason.find("Kernel stack is corrupted in: "); at != reason.npos) {
        blame(event);
        Scanner scanner(reason);
        scanner.skip(at + 30);
        CodeRef place;
        if (scan_place(scanner, place)) accuse(event, place, "the panic names it");
        event.title = title_in("kernel panic: stack is corrupted", event);
    } else {
        // Whoever ends a task that the system needs is asked to by what happened before.
        if (!reason.starts_with("Attempted to kill")) blame(event);
        event.title = clean_title("kernel panic: " + reason);
    }
}

}  // namespace

extern const KindReader plugin_kinds_panic;
const KindReader plugin_kinds_panic{.name = "panic",
                                    .triggers = kTriggers,
                                    .opens = opens,
                                    .continues = continues,
                                    .takes = nullptr,
                                    .finish = finish,
                                    .stands_alone = true,
                                    .general = true};

}  // namespace inquest
