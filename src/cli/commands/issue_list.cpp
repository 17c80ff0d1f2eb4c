#include <algorithm>
#include <array>

#include "cli/issue_page.h"
#include "cli/knowledge_option.h"
#include "cli/output.h"
#include "knowledge/issue_json.h"

namespace inquest {
namespace {

constexpr std::array<Option, 3> kOptions{{
    {"--area", "AREA", "only issues whose area begins with AREA: fs, mm/slab, third-party"},
    kKnowledgeOption,
    {"--json", "", "as JSON, for programs"},
}};

constexpr std::string_view kDescription = "Exit status: 0 there are some, 1 there are none, 2 wrong usage.";

Exit run(const Arguments& arguments) {
    auto knowledge = knowledge_of(arguments);
    if (!knowledge) return knowledge.error();
    std::string area = arguments.value("--area");
    std::vector<const Issue*> issues;
    for (const Issue& issue : knowledge->issues())
        if (issue.area.starts_with(area)) issues.push_back(&issue);
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

extern const Command plugin_commands_issue_list;
const Command plugin_commands_issue_list{
    "issue list", "List the known issues", "", kDescription, kOptions, run,
};

}  // namespace inquest
