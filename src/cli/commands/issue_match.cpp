#include <array>
#include <fmt/format.h>

#include "base/text.h"
#include "cli/assemble.h"
#include "cli/knowledge_option.h"
#include "cli/open_input.h"
#include "cli/output.h"

namespace inquest {
namespace {

constexpr std::array<Option, 2> kOptions{{
    {"--kernel", "REL", "the release (uname -r), where the log has none or another counts"},
    kKnowledgeOption,
}};

constexpr std::string_view kDescription =
    "Reads logs and prints only the known issues in them, with each condition that\n"
    "matched and the line that shows it. Exit status: 0 some, 1 none, 2 wrong usage, 3\n"
    "an input was unreadable.";

std::string told(const Report& report, const std::string& path) {
    std::string text;
    for (const IssueMatch& match : report.known_issues) {
        text += fmt::format("{}: {} ({:.0f}%, this kernel: {})\n  {}\n", path, match.id,
                            match.confidence * 100, name_of(match.status), match.title);
        for (const MatchedCondition& condition : match.matched)
            text += fmt::format("  {}: {}\n", condition.condition, condition.evidence);
        if (!match.status_reason.empty()) text += fmt::format("  {}\n", match.status_reason);
    }
    std::string safe;
    for (std::string_view line : split_lines(text)) safe += escape_for_terminal(line) + "\n";
    return safe;
}

Exit run(const Arguments& arguments) {
    if (arguments.positional().empty()) {
        say("issue match needs a log");
        return Exit::usage;
    }
    auto knowledge = knowledge_of(arguments);
    if (!knowledge) return knowledge.error();
    AssembleOptions options{&*knowledge, arguments.value("--kernel"), true};
    std::string text;
    Exit status = Exit::nothing;
    for (const std::string& path : arguments.positional()) {
        auto input = open_input(path);
        if (!input) {
            say(input.error().message());
            status = Exit::unreadable;
            continue;
        }
        std::string issues = told(assemble(*input->source, input->path, options), input->path);
        if (!issues.empty() && status == Exit::nothing) status = Exit::found;
        text += issues;
    }
    return answer(text, status);
}

}  // namespace

extern const Command plugin_commands_issue_match;
const Command plugin_commands_issue_match{
    "issue match", "Look for known issues in logs", "FILE...", kDescription, kOptions, run,
};

}  // namespace inquest
