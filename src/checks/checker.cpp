#include "checks/checker.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace inquest {
namespace {

template <typename Holds>
bool any_alternative(std::string_view names, Holds holds) {
    while (!names.empty()) {
        auto bar = names.find('|');
        if (holds(names.substr(0, bar))) return true;
        names = bar == names.npos ? std::string_view() : names.substr(bar + 1);
    }
    return false;
}

std::string in_words(std::string_view names) {
    std::string text(names);
    for (auto bar = text.find('|'); bar != text.npos; bar = text.find('|')) text.replace(bar, 1, " or ");
    return text;
}

}  // namespace

std::optional<CheckLevel> check_level_named(std::string_view name) {
    if (name == "none") return CheckLevel::none;
    if (name == "default") return CheckLevel::standard;
    if (name == "all") return CheckLevel::all;
    return std::nullopt;
}

std::string unmet(Session& session, const Preconditions& needs) {
    for (std::string_view names : needs.symbols)
        if (!any_alternative(names,
                             [&](auto name) { return session.symbols().address_of(name).has_value(); }))
            return "no symbol tells where " + in_words(names) + " is";
    if (needs.members.empty()) return "";
    const Types* types = session.types();
    if (!types) return "the dump holds no types";
    for (std::string_view names : needs.members)
        if (!any_alternative(names, [&](std::string_view name) {
                auto dot = name.find('.');
                return dot != name.npos && types->offset_of(name.substr(0, dot), name.substr(dot + 1));
            }))
            return "this kernel has no " + in_words(names);
    return "";
}

void run_checks(CheckLevel level, Session& session, CodeMap& code, const TaskList& tasks,
                const std::optional<TaskView>& crashed, Report& report) {
    if (level == CheckLevel::none) return;
    CheckContext context{session, code, tasks, crashed, report};
    std::vector<Finding> findings;
    for (const Checker* checker : all_checkers()) {
        if (checker->costly && level != CheckLevel::all) continue;
        CheckRun run{.id = std::string(checker->id), .question = std::string(checker->question)};
        run.not_run = unmet(session, checker->needs);
        if (run.not_run.empty()) {
            CheckResult result;
            checker->run(context, result);
            run.findings = result.findings.size();
            run.limits = std::move(result.limits);
            std::ranges::move(result.findings, std::back_inserter(findings));
        }
        report.checks.push_back(std::move(run));
    }
    std::ranges::move(findings, std::back_inserter(report.findings));
}

}  // namespace inquest
