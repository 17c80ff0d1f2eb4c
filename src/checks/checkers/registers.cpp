// What the registers of the crash point at.
#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "base/text.h"
#include "checks/checker.h"
#include "kernel/identify.h"

namespace inquest {
namespace {

// The trace tells where the code was; the others are no pointers, or always point to the CPU's own area.
constexpr std::array<std::string_view, 10> kPlain{"rip", "pc",     "cr0",    "cr2", "cr3",
                                                  "cr4", "eflags", "pstate", "gs",  "fs"};

bool tells(const Identity& found, int crashed) {
    switch (found.kind) {
        case AddressKind::nothing:
        case AddressKind::user:
            return false;
        case AddressKind::task_stack:
            return found.pid != crashed;
        default:
            return true;
    }
}

void run(CheckContext& context, CheckResult& result) {
    const CrashEvent* event = context.report.primary();
    if (!event || event->registers.empty()) {
        result.limits.emplace_back("no registers of a crash are known");
        return;
    }
    Identifier identifier(context.session, context.code, context.tasks);
    Finding finding{
        .id = "registers", .title = "What the registers point at", .confidence = 0.9, .statement = {}};
    const int crashed = context.crashed ? context.crashed->pid : event->task.pid.value_or(-1);
    std::vector<std::string> freed;
    for (const Register& one : event->registers) {
        if (!one.value || std::ranges::find(kPlain, one.name) != kPlain.end()) continue;
        Identity found = identifier.identify(*one.value);
        if (!tells(found, crashed)) continue;
        if (found.state == ObjectState::free) freed.push_back(fmt::format("{} ({})", one.name, found.cache));
        finding.evidence.push_back(
            {fmt::format("{} = {}: {}", one.name, hex16(*one.value), found.text), "register " + one.name});
    }
    if (finding.evidence.empty()) return;
    finding.statement = "Each address as the memory of the dump shows it.";
    if (!freed.empty())
        finding.statement += fmt::format(
            " {} {} to an object that is free: what was done through it may be a "
            "use after free.",
            join(freed, ", "), freed.size() == 1 ? "points" : "point");
    finding.events = {event->id};
    result.findings.push_back(std::move(finding));
    std::ranges::copy(identifier.problems(), std::back_inserter(result.limits));
}

}  // namespace

extern const Checker plugin_checkers_registers;
const Checker plugin_checkers_registers{
    .id = "registers",
    .question = "what the registers of the crash point at",
    .needs = {},
    .run = run,
};

}  // namespace inquest
