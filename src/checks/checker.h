// Checks of a dumped machine's whole state. One file in checkers/ is one check; it needs nothing else
// touched.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/code_map.h"
#include "kernel/session.h"
#include "kernel/subsystems/task.h"
#include "model/report.h"

namespace inquest {

// What a check looks at: the machine's memory, and what is known of the crash so far.
struct CheckContext {
    Session& session;
    CodeMap& code;
    const TaskList& tasks;
    const std::optional<TaskView>& crashed;  // what the CPU that crashed ran, where the dump tells
    const Report& report;                    // its events, explained; no findings of other checks
};

struct CheckResult {
    std::vector<Finding> findings;
    // What the check could not see, a sentence each: "the page cache is not in the dump". Printed in the
    // report; pages that makedumpfile left out are no failure.
    std::vector<std::string> limits;
};

// What a kernel must have for a check to mean anything there. An entry may name alternatives, "a|b": one of
// them is enough.
struct Preconditions {
    std::span<const std::string_view> symbols = {};  // "panic_on_oops"
    std::span<const std::string_view> members = {};  // "task_struct.__state|task_struct.state"
};

struct Checker {
    std::string_view id;        // "panic-settings": its findings' ids are this, or begin with it and a '.'
    std::string_view question;  // what it answers, in a few words: "settings that shaped this crash"
    bool costly = false;        // reads more than the default's budget allows: with `--checks all` only
    Preconditions needs;
    void (*run)(CheckContext& context, CheckResult& result);
};

// Every checker, in the order of file names.
std::span<const Checker* const> all_checkers();

enum class CheckLevel : std::uint8_t { none, standard, all };

// "none", "default", "all"; nullopt for anything else.
std::optional<CheckLevel> check_level_named(std::string_view name);

// Runs the checkers of that level whose preconditions hold. What they find goes behind report.findings; what
// ran, and why something did not, to report.checks.
void run_checks(CheckLevel level, Session& session, CodeMap& code, const TaskList& tasks,
                const std::optional<TaskView>& crashed, Report& report);

// The precondition that does not hold, as a reason ("the kernel has no symbol x"); "" when all do.
std::string unmet(Session& session, const Preconditions& needs);

}  // namespace inquest
