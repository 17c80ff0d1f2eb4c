#include "base/text.h"
#include "cli/command.h"
#include "cli/output.h"
#include "cli/quoted_events.h"
#include "knowledge/lint.h"

namespace inquest {
namespace {

constexpr std::string_view kDescription =
    "Checks issue files, or all of a folder: their form, patterns, versions, commands,\n"
    "and that each sample log matches, or does not, as it promises. Prints a line\n"
    "FILE:LINE: MESSAGE for each problem. Exit status: 0 all is well, 1 problems, 2\n"
    "wrong usage.";

Exit run(const Arguments& arguments) {
    if (arguments.positional().empty()) {
        say("issue lint needs a file or a folder");
        return Exit::usage;
    }
    std::string text;
    for (const std::string& path : arguments.positional())
        for (const LintProblem& problem : lint(path, quoted_events))
            text += escape_for_terminal(text_of(problem)) + "\n";
    return answer(text, text.empty() ? Exit::found : Exit::nothing);
}

}  // namespace

extern const Command plugin_commands_issue_lint;
const Command plugin_commands_issue_lint{
    "issue lint", "Check files of known issues", "PATH...", kDescription, {}, run,
};

}  // namespace inquest
