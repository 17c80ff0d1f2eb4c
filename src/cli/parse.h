// The command line of one command.
#pragma once

#include <span>
#include <string>

#include "base/result.h"
#include "cli/command.h"

namespace inquest {

// `words` are those behind the command's name. The error is a sentence for the person who typed them.
// "-h" and "--help" anywhere give Arguments that have "--help", whatever else is wrong.
Result<Arguments> parse_arguments(const Command& command, std::span<const std::string> words);

// The name by which commands ask for an option: "--output" of "-o,--output".
std::string_view key_of(const Option& option);

}  // namespace inquest
