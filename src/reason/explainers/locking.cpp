// Rules about locks and about where it is allowed to sleep.
#include "base/text.h"
#include "reason/next_steps.h"
#include "reason/scene.h"
#include "reason/wording.h"

namespace inquest {
namespace {

using namespace reason;

std::string culprit(const CrashEvent& event) {
    return event.guilty.function.empty() ? where(event) : event.guilty.function;
}

void explain_lockdep(CrashEvent& event) {
    quote_fact(event, "wanted-lock");
    quote_fact(event, "held-lock");
    std::string function = culprit(event);
    if (says(event, "circular locking") || says(event, "lock order detected") ||
        says(event, "lock inversion"))
        conclude(event.verdict,
                 "locks are taken in an order, here by " + function +
                     ", that can deadlock; no deadlock happened yet",
                 Cause::lock_misuse, 0.9);
    else if (says(event, "recursive locking"))
        conclude(
            event.verdict,
            function + " takes a lock of a class that it already holds: a deadlock, if it is the same lock",
            Cause::lock_misuse, 0.85);
    else if (says(event, "inconsistent lock state"))
        conclude(event.verdict,
                 "a lock is taken both inside of interrupts and with them enabled, here by " + function +
                     ": it can deadlock; none happened yet",
                 Cause::lock_misuse, 0.9);
    else if (says(event, "Invalid wait context"))
        conclude(event.verdict, function + " takes a lock that may sleep where sleeping is not allowed",
                 Cause::lock_misuse, 0.85);
    else if (says(event, "suspicious RCU usage"))
        conclude(event.verdict, function + " used data under RCU without the lock that protects it",
                 Cause::lock_misuse, 0.85);
    else if (says(event, "bad magic"))
        conclude(
            event.verdict,
            function + " used a lock that was never initialised, or whose memory was overwritten or freed",
            Cause::unknown, 0.8);
    else if (says(event, "held lock freed"))
        conclude(event.verdict, function + " freed memory that holds a lock while the lock is held",
                 Cause::lock_misuse, 0.85);
    else if (says(event, "non-static key"))
        conclude(event.verdict, function + " used a lock that was not initialised", Cause::lock_misuse, 0.8);
    else if (says(event, "leaked lock"))
        conclude(event.verdict, function + " returned from a work item with a lock held or preemption off",
                 Cause::lock_misuse, 0.85);
    else if (says(event, "lock recursion"))
        conclude(event.verdict, function + " takes a spinlock that the same CPU already holds",
                 Cause::lock_deadlock, 0.85);
    else if (says(event, "bad unlock balance"))
        conclude(event.verdict, function + " released a lock that it did not hold", Cause::lock_misuse, 0.85);
    else if (says(event, "spinlock lockup"))
        conclude(
            event.verdict,
            function + " waited for a spinlock for too long: its holder is stuck, or it was never released",
            Cause::lockup, 0.7);
    else if (says(event, "locks held"))
        conclude(event.verdict, function + " went on, or tried to freeze, with locks still held",
                 Cause::lock_misuse, 0.8);
    else if (says(event, "returning to user space"))
        conclude(event.verdict, "a system call returned to user space with a lock still held",
                 Cause::lock_misuse, 0.85);
    else
        conclude(event.verdict, function + " broke a rule of locking", Cause::lock_misuse, 0.7);
}

void explain_scheduling(CrashEvent& event) {
    std::string who = event.guilty.function.empty() ? describe_task(event.task) : event.guilty.function;
    // "scheduling while atomic: NAME/PID/0x00000000": the count of reasons not to sleep is below what it must
    // be.
    if (event.headline.ends_with("/0x00000000"))
        conclude(event.verdict,
                 who +
                     " went to sleep with an unbalanced preemption count: something enabled preemption once "
                     "more than it had disabled it",
                 Cause::lock_misuse, 0.7);
    else
        conclude(event.verdict, who + " went to sleep while holding a spinlock or with preemption disabled",
                 Cause::lock_misuse, 0.9);
}

void explain(Scene& scene) {
    CrashEvent& event = scene.event;
    quote_headline(event);
    switch (event.kind) {
        case Kind::lockdep:
            explain_lockdep(event);
            break;
        case Kind::atomic_sleep:
            conclude(event.verdict,
                     culprit(event) +
                         " called a function that may sleep while sleeping was not allowed (a spinlock held, "
                         "interrupts off, or RCU)",
                     Cause::lock_misuse, 0.9);
            quote_fact(event, "preemption-disabled-at");
            break;
        default:
            explain_scheduling(event);
    }
    suggest_source_line(event);
}

constexpr Kind kKinds[] = {Kind::lockdep, Kind::atomic_sleep, Kind::scheduling_while_atomic};

}  // namespace

extern const Explainer plugin_explainers_locking;
const Explainer plugin_explainers_locking{"locking", kKinds, explain};

}  // namespace inquest
