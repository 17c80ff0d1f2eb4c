#include "knowledge/issue.h"

#include <array>

namespace inquest {

std::string_view name_of(Condition::Type type) {
    static constexpr std::array<std::string_view, 15> kNames{
        "kind",          "function", "caller", "frames",          "log",
        "fault_address", "bug_at",   "module", "module_in_trace", "last_unloaded",
        "workqueue",     "comm",     "arch",   "offset",          "error_code"};
    static_assert(kNames.size() == static_cast<std::size_t>(Condition::Type::error_code) + 1);
    return kNames[static_cast<std::size_t>(type)];
}

std::string_view name_of(RemedyRule::Type type) {
    static constexpr std::array<std::string_view, 7> kNames{
        "upgrade", "livepatch", "sysctl", "boot_parameter", "unload_module", "report", "other"};
    static_assert(kNames.size() == static_cast<std::size_t>(RemedyRule::Type::other) + 1);
    return kNames[static_cast<std::size_t>(type)];
}

std::string text_of(const LintProblem& problem) {
    return problem.file + ":" + std::to_string(problem.line) + ": " + problem.message;
}

}  // namespace inquest
