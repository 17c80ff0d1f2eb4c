#include "cli/inspect_run.h"

#include <algorithm>

#include "base/text.h"
#include "cli/nearest.h"

namespace inquest {
namespace {

std::string list_of_commands() {
    std::string text = "Commands:\n";
    for (const Inspection* inspection : all_inspections()) {
        std::string name(inspection->name);
        name.resize(std::max<std::size_t>(name.size() + 1, 10), ' ');
        text.append("  ").append(name).append(inspection->summary).append("\n");
    }
    return text;
}

std::string help_of(const Inspection& inspection) {
    return "usage: " + std::string(inspection.name) +
           (inspection.usage.empty() ? "" : " " + std::string(inspection.usage)) + "\n\n" +
           std::string(inspection.summary) + "\n\n" + std::string(inspection.description) + "\n";
}

}  // namespace

Result<std::vector<std::string>> words_of_line(std::string_view line) {
    std::vector<std::string> words;
    bool open = false;  // within a word
    for (std::size_t i = 0; i < line.size(); ++i) {
        char c = line[i];
        if (is_space(c)) {
            open = false;
            continue;
        }
        if (!open) words.emplace_back();
        open = true;
        if (c != '"' && c != '\'') {
            words.back() += c;
            continue;
        }
        auto close = line.find(c, i + 1);
        if (close == line.npos) return fail(std::string("a ") + c + " is not closed");
        words.back() += line.substr(i + 1, close - i - 1);
        i = close;
    }
    return words;
}

bool take_json(std::vector<std::string>& words) { return std::erase(words, "--json") > 0; }

InspectionOutcome unknown_inspection(const std::string& typed) {
    std::vector<std::string_view> names;
    for (const Inspection* inspection : all_inspections()) names.push_back(inspection->name);
    auto meant = nearest(typed, names);
    return {"",
            {"no inspection command \"" + typed + "\"" +
             (meant.empty() ? "; help lists them" : "; did you mean \"" + std::string(meant) + "\"?")},
            Exit::usage};
}

InspectionOutcome help_of_inspections(std::span<const std::string> words) {
    if (words.empty()) return {list_of_commands(), {}, Exit::found};
    const Inspection* inspection = inspection_named(words[0]);
    return inspection ? InspectionOutcome{help_of(*inspection), {}, Exit::found}
                      : unknown_inspection(words[0]);
}

InspectionOutcome run_inspection(const Inspection& inspection, Workspace& workspace,
                                 std::span<const std::string> arguments, bool json) {
    const std::uint64_t torn = workspace.session().torn_reads();
    auto found = inspection.run(workspace, arguments);
    if (!found) {
        // What was asked for may be missing because the dump's symbols or types are.
        const auto& lacking = workspace.session().problems();
        InspectionOutcome outcome{
            "", {std::string(inspection.name) + ": " + found.error().message()}, Exit::usage};
        if (!lacking.empty()) outcome.status = Exit::unreadable;
        for (const std::string& problem : lacking)
            if (outcome.problems.front().find(problem) == std::string::npos)
                outcome.problems.push_back(problem);
        return outcome;
    }
    if (found->problems.empty() && workspace.session().torn_reads() != torn)
        found->problems.emplace_back("some of the pages that this answer needs are missing from the file");
    Exit status = found->problems.empty() ? Exit::found : Exit::unreadable;
    return {json ? found->json.dump(2) + "\n" : std::move(found->text), std::move(found->problems), status};
}

}  // namespace inquest
