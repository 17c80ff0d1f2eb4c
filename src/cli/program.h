// From the words of the command line to a command that runs.
#pragma once

#include <span>
#include <string>

#include "cli/command.h"

namespace inquest {

// Runs the program; `words` are those behind its name.
Exit run_program(std::span<const std::string> words);

}  // namespace inquest
