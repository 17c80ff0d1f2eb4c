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

// Panics that another report led to.
bool follows(std::string_view reason) {
    static constexpr std::string_view kReasons[] = {"panic_on_warn set",
                                                    "Attempted to kill init",
                                                    "Attempted to kill the idle task",
                                                    "Aiee, killing",
                                                    "hung_task: blocked",
                                                    "softlockup: hung tasks",
                                                    "Hard LOCKUP",
                                                    "RCU Stall",
                                                    "Fatal hardware error",
                                                    "kernel: panic_on_warn",
                                                    "System call panic"};
    if (reason.find("Fatal exception") != reason.npos) return true;
    for (auto known : kReasons)
        if (reason.starts_with(known)) return true;
    return false;
}

// Of an oops; a complaint that was printed on the way down does not end in them.
bool ends_an_oops(std::string_view reason) {
    return reason.find("Fatal exception") != reason.npos || reason.starts_with("Attempted to kill") ||
           reason.starts_with("Aiee, killing");
}

bool is_complaint(Kind kind) {
    return kind == Kind::atomic_sleep || kind == Kind::scheduling_while_atomic || kind == Kind::lockdep ||
           kind == Kind::warning;
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
    if (!reason || !follows(*reason)) return false;
    if (ends_an_oops(*reason) && is_complaint(open.kind)) return false;
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
        blame(event);
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
