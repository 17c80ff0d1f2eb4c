#include "cli/completion.h"

#include "cli/command.h"
#include "cli/output.h"

namespace inquest {
namespace {

constexpr std::string_view kDescription =
    "SHELL is bash or zsh. To use it at once:\n"
    "  eval \"$(inquest completion bash)\"\n"
    "For zsh, write it to a file named _inquest in a folder of $fpath.";

Exit run(const Arguments& arguments) {
    const auto& words = arguments.positional();
    if (words.size() == 1 && words[0] == "bash") return answer(bash_completion(), Exit::found);
    if (words.size() == 1 && words[0] == "zsh") return answer(zsh_completion(), Exit::found);
    say("for which shell? inquest completion bash|zsh");
    return Exit::usage;
}

}  // namespace

extern const Command plugin_commands_completion;
const Command plugin_commands_completion{
    "completion", "Print a completion script for a shell", "bash|zsh", kDescription, {}, run,
};

}  // namespace inquest
