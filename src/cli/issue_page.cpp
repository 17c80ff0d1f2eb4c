#include "cli/issue_page.h"

#include <algorithm>

#include "base/text.h"
#include "knowledge/version.h"
#include "report/layout.h"

namespace inquest {
namespace {

Lanes lanes_of(const Mechanism& mechanism) {
    Lanes lanes;
    lanes.names = mechanism.lanes;
    for (const auto& step : mechanism.steps) {
        auto& cells = lanes.steps.emplace_back(mechanism.lanes.size());
        cells[step.lane] = step.text;
    }
    return lanes;
}

Table signature_of(const Issue& issue) {
    Table table{{"", "Condition", "One of"}, {}};
    for (const Condition& condition : issue.signature) {
        bool required = condition.role == Condition::Role::required;
        bool excluding = condition.role == Condition::Role::excluding;
        bool frames = condition.type == Condition::Type::frames;
        std::string any = join(condition.any, frames ? " < " : ", ");
        table.rows.push_back({{required    ? "requires"
                               : excluding ? "excluded by"
                                           : "supported by",
                               replace_all(std::string(name_of(condition.type)), "_", " "),
                               frames ? replace_all(std::move(any), "|", " or ") : any}});
    }
    return table;
}

Bullets ranges_of(const Issue& issue) {
    Bullets bullets;
    for (const AffectedRange& range : issue.affected) {
        std::string words = range.product == "any" ? "any kernel" : in_words(range);
        if (!range.evidence.empty()) words.append(" (").append(range.evidence).append(")");
        bullets.items.push_back(std::move(words));
    }
    if (bullets.items.empty()) bullets.items.emplace_back("not known");
    return bullets;
}

Bullets commits_of(const Issue& issue) {
    Bullets bullets;
    for (const UpstreamCommit& commit : issue.upstream) {
        std::string words = commit.commit.substr(0, 12);
        if (!words.empty() && !commit.title.empty()) words += ' ';
        words += commit.title;
        if (!commit.mainline.empty()) words.append(", in ").append(commit.mainline);
        if (!commit.note.empty()) words.append(" (").append(commit.note).append(")");
        bullets.items.push_back(std::move(words));
    }
    return bullets;
}

std::string scope_of(const RemedyRule& rule) {
    if (rule.product.empty()) return {};
    std::string scope = " [" + rule.product;
    if (!rule.from.empty()) scope.append(" from ").append(rule.from);
    if (!rule.to.empty()) scope.append(" to ").append(rule.to);
    return scope + "]";
}

}  // namespace

Section issue_page(const Issue& issue) {
    Section section;
    section.title = issue.title;
    auto& blocks = section.blocks;
    blocks.emplace_back(Fields{{{"Id", issue.id},
                                {"Area", issue.area},
                                {"Severity", std::string(name_of(issue.severity))},
                                {"Confidence", std::string(confidence_word(issue.confidence))}}});
    blocks.emplace_back(Paragraph{issue.cause});
    if (!issue.mechanism.empty()) blocks.emplace_back(lanes_of(issue.mechanism));
    if (issue.signature.empty()) {
        blocks.emplace_back(Paragraph{"Its source quotes no crash that it could be recognised by."});
    } else {
        blocks.emplace_back(Paragraph{"Recognised by:"});
        blocks.emplace_back(signature_of(issue));
    }
    blocks.emplace_back(Paragraph{"Affected kernels:"});
    blocks.emplace_back(ranges_of(issue));
    if (!issue.remedies.empty()) blocks.emplace_back(Paragraph{"What to do:"});
    for (const RemedyRule& rule : issue.remedies)
        blocks.emplace_back(Action{rule.action + scope_of(rule), rule.command, rule.risk});
    if (!issue.upstream.empty()) {
        blocks.emplace_back(Paragraph{"Upstream commits:"});
        blocks.emplace_back(commits_of(issue));
    }
    if (!issue.references.empty()) blocks.emplace_back(Links{issue.references});
    blocks.emplace_back(Fields{{{"Source", issue.provenance}, {"Licence", issue.licence}}});
    return section;
}

std::string issue_table(const std::vector<const Issue*>& issues, unsigned width) {
    std::size_t column = 0;
    for (const Issue* issue : issues) column = std::max(column, display_width(issue->id));
    std::string text;
    for (const Issue* issue : issues) {
        std::string row = pad(escape_for_terminal(issue->id), column + 2);
        std::size_t left = width > column + 2 ? width - column - 2 : 0;
        row += fit(escape_for_terminal(issue->title), std::max<std::size_t>(left, 20), true);
        text.append(row).append("\n");
    }
    return text;
}

}  // namespace inquest
