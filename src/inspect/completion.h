// What the word at the end of a command line may become.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "inspect/workspace.h"

namespace inquest {

struct Completions {
    std::size_t start = 0;           // in the line: what is before it stays
    std::vector<std::string> words;  // sorted, each once; what would stand from `start` on
    bool more = false;               // there are too many to list them all
};

// Commands first, then what the command takes: types and their members (struct task_struct.co), symbols,
// members of expressions (p init_task.co).
Completions complete(Workspace& workspace, std::string_view line);

}  // namespace inquest
