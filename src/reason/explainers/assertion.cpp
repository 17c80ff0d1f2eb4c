// Checks that the kernel makes of itself: BUG, WARN, ud2, and the panics that follow from settings.
#include "base/text.h"
#include "model/symbol.h"
#include "reason/next_steps.h"
#include "reason/scene.h"
#include "reason/wording.h"

namespace inquest {
namespace {

using namespace reason;

std::string at_place(const CrashEvent& event) {
    auto place = source_place(event.headline);
    std::string text = event.ip.symbol.empty() ? "" : " in " + bare_function(event.ip.symbol);
    if (!place.empty()) text += " (" + std::string(place) + ")";
    return text;
}

// Hardened usercopy looks at the object in the kernel before it is copied.
void explain_usercopy(CrashEvent& event) {
    quote_fact(event, "complaint");
    bool overwrite = says(event, "overwrite attempt");
    std::string function = event.guilty.function.empty() ? where(event) : event.guilty.function;
    conclude(event.verdict,
             function +
                 (overwrite ? " was to copy from user space over" : " was to copy to user space from") +
                 " memory that is no part of the object meant: hardened usercopy stopped it",
             Cause::assertion, 0.85);
}

void explain_bug(Scene& scene) {
    CrashEvent& event = scene.event;
    quote_headline(event);
    if (scene.instruction && scene.instruction->is_trap)
        add_evidence(event.verdict, scene.instruction->text, "instruction");
    if (says(event, "usercopy: ")) return explain_usercopy(event);
    conclude(event.verdict,
             "a check of the kernel's own state failed" + at_place(event) + ": BUG() stops there on purpose",
             Cause::assertion, 0.9);
    suggest_source_line(event);
}

void explain_warning(Scene& scene) {
    CrashEvent& event = scene.event;
    quote_headline(event);
    conclude(event.verdict,
             "a check of the kernel's own state failed" + at_place(event) + "; the kernel warned and went on",
             Cause::assertion, 0.9);
    suggest_source_line(event);
}

// What BUG() compiles to: ud2 on x86, udf #0x12 on arm, brk #0x800 on arm64.
bool is_bug_instruction(std::string_view text) {
    return text.starts_with("ud2") || text == "udf #0x12" || text == "brk #0x800";
}

void explain_invalid_opcode(Scene& scene) {
    CrashEvent& event = scene.event;
    if (says(event, "kernel BUG at")) return explain_bug(scene);
    quote_headline(event);
    if (scene.instruction) {
        add_evidence(event.verdict, scene.instruction->text, "instruction");
        if (is_bug_instruction(scene.instruction->text)) {
            conclude(event.verdict,
                     where(event) + " reached " + scene.instruction->text +
                         ": a BUG() or a place that must not be reached",
                     Cause::assertion, 0.8);
            suggest_source_line(event);
            return;
        }
        conclude(event.verdict,
                 "the processor refused the instruction " + scene.instruction->text + " in " + where(event) +
                     ": it does not know or does not allow it, or the code was overwritten",
                 Cause::unknown, 0.6);
        event.verdict.next_steps.push_back(
            "grep -m1 flags /proc/cpuinfo  # does the processor, as the hypervisor shows it, have what the "
            "instruction needs? costs nothing");
        return;
    }
    conclude(event.verdict, "the processor refused an instruction in " + where(event), Cause::unknown, 0.5);
}

// Panics that a setting makes out of something less.
struct PanicSetting {
    std::string_view words, setting, what;
    Cause cause;
};

constexpr PanicSetting kPanicSettings[] = {
    {"panic_on_warn set", "kernel.panic_on_warn", "a warning was printed", Cause::configuration},
    {"softlockup: hung tasks", "kernel.softlockup_panic", "a CPU was stuck for too long", Cause::lockup},
    {"Hard LOCKUP", "kernel.hardlockup_panic", "a CPU was stuck with interrupts off", Cause::lockup},
    {"hung_task: blocked tasks", "kernel.hung_task_panic", "a task was blocked for too long", Cause::lockup},
    {"RCU Stall", "kernel.panic_on_rcu_stall", "RCU waited for too long", Cause::lockup},
};

void explain_panic(Scene& scene) {
    CrashEvent& event = scene.event;
    quote_headline(event);
    for (const auto& wanted : kPanicSettings) {
        if (!says(event, wanted.words)) continue;
        conclude(event.verdict,
                 "the kernel panicked because " + std::string(wanted.setting) + " is set and " +
                     std::string(wanted.what),
                 wanted.cause, 0.8);
        event.verdict.next_steps.push_back(
            "sysctl " + std::string(wanted.setting) +
            "=0  # the machine goes on in this state from now on; what caused it stays");
        return;
    }
    if (says(event, "Attempted to kill init"))
        conclude(event.verdict, "init (pid 1) ended, without which the system cannot run", Cause::unknown,
                 0.9);
    else if (says(event, "No working init found") || says(event, "Requested init"))
        conclude(event.verdict, "the kernel found no program to start as init", Cause::configuration, 0.85);
    else if (says(event, "Fatal exception in interrupt"))
        conclude(event.verdict, "an oops happened in an interrupt, which cannot be survived", Cause::unknown,
                 0.8);
    else if (event.headline.find("Fatal exception") != std::string::npos)
        conclude(
            event.verdict,
            "the kernel panicked over the oops before it (panic_on_oops, or a task it cannot do without)",
            Cause::unknown, 0.8);
    else if (says(event, "stack-protector"))
        conclude(event.verdict,
                 "the stack canary of " + where(event) +
                     " was overwritten: something wrote past the end of a variable on the stack",
                 Cause::stack_overflow, 0.75);
    else
        conclude(event.verdict, event.headline, Cause::unknown, 0.5);
}

void explain(Scene& scene) {
    switch (scene.event.kind) {
        case Kind::kernel_bug:
            return explain_bug(scene);
        case Kind::warning:
            return explain_warning(scene);
        case Kind::invalid_opcode:
            return explain_invalid_opcode(scene);
        default:
            return explain_panic(scene);
    }
}

constexpr Kind kKinds[] = {Kind::kernel_bug, Kind::warning, Kind::invalid_opcode, Kind::panic};

}  // namespace

extern const Explainer plugin_explainers_assertion;
const Explainer plugin_explainers_assertion{"assertion", kKinds, explain};

}  // namespace inquest
