#include <array>

#include "cli/issue_page.h"
#include "cli/knowledge_option.h"
#include "cli/output.h"
#include "knowledge/issue_json.h"
#include "report/text_writer.h"

namespace inquest {
namespace {

constexpr std::array<Option, 2> kOptions{{
    kKnowledgeOption,
    {"--json", "", "as JSON, for programs"},
}};

constexpr std::string_view kDescription =
    "Everything that is known of an issue: cause, signature, affected kernels,\n"
    "remedies, commits. Exit status: 0 shown, 1 there is no such issue, 2 wrong usage.";

Exit run(const Arguments& arguments) {
    if (arguments.positional().empty()) {
        say("issue show needs the id of an issue; 'inquest issue list' prints them");
        return Exit::usage;
    }
    auto knowledge = knowledge_of(arguments);
    if (!knowledge) return knowledge.error();
    auto output = Output::open("");
    RenderOptions look;
    if (output) look.colour = output->colour();
    if (output) look.width = output->width();
    TextWriter page(look);
    std::string json;
    Exit status = Exit::found;
    for (const std::string& id : arguments.positional()) {
        const Issue* issue = knowledge->find(id);
        auto imported = issue ? std::nullopt : knowledge->find_imported(id);
        if (imported) issue = &*imported;
        if (!issue) {
            say("there is no issue '" + id + "'; 'inquest issue search WORD' looks for one");
            status = Exit::nothing;
            continue;
        }
        json += issue_json(*issue).dump(2) + "\n";
        page.section(issue_page(*issue));
    }
    return answer(arguments.has("--json") ? json : page.take(), status);
}

}  // namespace

extern const Command plugin_commands_issue_show;
const Command plugin_commands_issue_show{
    "issue show", "Show a known issue", "ID...", kDescription, kOptions, run,
};

}  // namespace inquest
