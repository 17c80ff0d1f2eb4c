#include <array>

#include "base/text.h"
#include "cli/issue_page.h"
#include "cli/knowledge_option.h"
#include "cli/output.h"
#include "knowledge/issue_json.h"

namespace inquest {
namespace {

constexpr std::array<Option, 2> kOptions{{
    kKnowledgeOption,
    {"--json", "", "as JSON, for programs"},
}};

constexpr std::string_view kDescription =
    "Lists the issues that hold every WORD in id, title, area, cause, or among the\n"
    "functions and modules they are recognised by; of imported ones, in id, files,\n"
    "functions and modules, the first hundred. Exit status: 0 found, 1 none, 2 wrong\n"
    "usage.";

constexpr std::size_t kMostImported = 100;

Exit run(const Arguments& arguments) {
    if (arguments.positional().empty()) {
        say("issue search needs words to look for");
        return Exit::usage;
    }
    auto knowledge = knowledge_of(arguments);
    if (!knowledge) return knowledge.error();
    const std::string words = join(arguments.positional(), " ");
    auto issues = knowledge->search(words);
    auto [imported, count] = knowledge->search_imported(words, kMostImported);
    for (const Issue& issue : imported) issues.push_back(&issue);
    if (count > imported.size())
        say(std::to_string(count - imported.size()) +
            " more imported issues: more words would narrow it down");
    Exit status = issues.empty() ? Exit::nothing : Exit::found;
    if (!arguments.has("--json")) {
        auto output = Output::open("");
        return answer(issue_table(issues, output ? output->width() : 80), status);
    }
    Json::Array list;
    for (const Issue* issue : issues) list.push_back(issue_summary_json(*issue));
    return answer(Json(std::move(list)).dump(2) + "\n", status);
}

}  // namespace

extern const Command plugin_commands_issue_search;
const Command plugin_commands_issue_search{
    "issue search", "Search the known issues", "WORD...", kDescription, kOptions, run,
};

}  // namespace inquest
