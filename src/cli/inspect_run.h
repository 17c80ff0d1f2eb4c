// Running inspection commands: what `exec` and `shell` share.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "cli/command.h"
#include "inspect/inspection.h"

namespace inquest {

// A line of words as a shell reads it: blanks part them, quotes keep them together. The error names the quote
// that is not closed.
Result<std::vector<std::string>> words_of_line(std::string_view line);

// Takes "--json" out of the words; whether it was there.
bool take_json(std::vector<std::string>& words);

// What is to be written where: the answer, and a line on stderr for each problem.
struct InspectionOutcome {
    std::string text;
    std::vector<std::string> problems;
    Exit status = Exit::found;
};

// "help" and "help COMMAND".
InspectionOutcome help_of_inspections(std::span<const std::string> words);
// "did you mean ...?"
InspectionOutcome unknown_inspection(const std::string& typed);
InspectionOutcome run_inspection(const Inspection& inspection, Workspace& workspace,
                                 std::span<const std::string> arguments, bool json);

}  // namespace inquest
