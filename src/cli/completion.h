// Completion scripts for shells, from the table of commands.
#pragma once

#include <string>

namespace inquest {

std::string bash_completion();
std::string zsh_completion();

}  // namespace inquest
