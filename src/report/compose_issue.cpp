#include <algorithm>
#include <fmt/format.h>

#include "base/text.h"
#include "report/compose.h"
#include "report/first_screen.h"
#include "report/wording.h"

namespace inquest {
namespace {

Lanes lanes_of(const Mechanism& mechanism) {
    Lanes lanes{mechanism.lanes, {}};
    for (const auto& step : mechanism.steps) {
        if (step.lane >= lanes.names.size()) continue;
        std::vector<std::string> cells(lanes.names.size());
        cells[step.lane] = step.text;
        lanes.steps.push_back(std::move(cells));
    }
    return lanes;
}

}  // namespace

Section issue_section(const IssueMatch& issue) {
    Section section;
    section.title = "Known issue: " + issue.title;
    auto& blocks = section.blocks;

    Fields fields;
    fields.entries.emplace_back("Id", issue.id);
    fields.entries.emplace_back(
        "Match", fmt::format("{} ({:.0f}%)", confidence_word(issue.confidence), issue.confidence * 100));
    if (!issue.affected.empty() || issue.status != IssueStatus::affected)
        fields.entries.emplace_back("This kernel", phrase(issue.status));
    if (!issue.status_reason.empty()) fields.entries.emplace_back("Compared", issue.status_reason);
    blocks.emplace_back(std::move(fields));
    section.tone = tone_of(issue.status);
    if (issue.status == IssueStatus::fixed)
        blocks.emplace_back(Paragraph{
            "The crash looks like this issue, but the kernel already has its fix: look for another cause.",
            Tone::caution});

    if (!issue.cause.empty()) blocks.emplace_back(Paragraph{std::string(trim(issue.cause))});
    if (auto lanes = lanes_of(issue.lanes); !lanes.steps.empty())
        blocks.emplace_back(std::move(lanes));
    else if (!trim(issue.mechanism).empty())
        blocks.emplace_back(Verbatim{std::string(trim_right(issue.mechanism))});

    if (!issue.matched.empty()) {
        Table table{{"What matches", "Seen"}, {}};
        for (const MatchedCondition& m : issue.matched) table.rows.push_back({{m.condition, m.evidence}});
        blocks.emplace_back(std::move(table));
    }
    if (!issue.remedies.empty()) blocks.emplace_back(Paragraph{"What to do:"});
    for (const Remedy& remedy : issue.remedies)
        blocks.emplace_back(Action{remedy.action, remedy.command, remedy.risk});
    if (!issue.affected.empty()) {
        blocks.emplace_back(Paragraph{"Affected kernels:"});
        blocks.emplace_back(Bullets{issue.affected});
    }
    if (!issue.references.empty()) {
        blocks.emplace_back(Paragraph{"References:"});
        blocks.emplace_back(Links{issue.references});
    }
    return section;
}

}  // namespace inquest
