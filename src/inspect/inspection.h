// Looking further into a dump: what `inquest exec VMCORE COMMAND` and the shell run. One file in inspections/
// is one command; where crash has a command of that name, its habits hold.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "inspect/options.h"
#include "inspect/workspace.h"

namespace inquest {

// What a command found. `text` is for people, `json` for programs; `problems` is what could not be read, said
// on stderr: an answer is never silently partial.
struct InspectionAnswer {
    std::string text;
    Json json;
    std::vector<std::string> problems;
};

// The answer of a command that the dump lacks something for: nothing but the reason.
InspectionAnswer cannot_tell(std::string reason);

// Counts what a value could not show; a sentence for `problems` when there is something.
void note_missing(InspectionAnswer& answer, std::size_t missing);

// Adds what has to be said of the source trees that were asked.
void note_sources(InspectionAnswer& answer, Workspace& workspace);

struct Inspection {
    std::string_view name;         // "bt"
    std::string_view usage;        // "[-a] [PID | TASK]..."
    std::string_view summary;      // one line
    std::string_view description;  // the rest of the help
    Result<InspectionAnswer> (*run)(Workspace& workspace, std::span<const std::string> arguments);
};

// Every command, in the order of their names.
std::span<const Inspection* const> all_inspections();
const Inspection* inspection_named(std::string_view name);

}  // namespace inquest
