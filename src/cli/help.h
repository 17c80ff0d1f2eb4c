// Help texts, from the table of commands.
#pragma once

#include <string>
#include <string_view>

#include "cli/command.h"

namespace inquest {

// `inquest --help`.
std::string help_of_program();
// `inquest help COMMAND`.
std::string help_of(const Command& command);
// The commands whose first word is `group` ("issue"), one a line; "" when there is none.
std::string help_of_group(std::string_view group);
// "inquest 0.1.0"
std::string version_line();

}  // namespace inquest
