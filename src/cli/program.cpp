#include "cli/program.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "cli/help.h"
#include "cli/nearest.h"
#include "cli/output.h"
#include "cli/parse.h"

namespace inquest {
namespace {

struct Found {
    const Command* command = nullptr;
    std::size_t words = 0;  // of the name
};

// The command with the longest name that the words begin with: "issue list" goes before "issue".
Found find_command(std::span<const std::string> words) {
    Found found;
    for (const Command* command : all_commands()) {
        auto name = split(command->name, ' ');
        if (name.size() <= found.words || name.size() > words.size()) continue;
        if (std::ranges::equal(name, words.first(name.size()))) found = {command, name.size()};
    }
    return found;
}

Exit unknown_command(std::span<const std::string> words) {
    if (auto group = help_of_group(words[0]); !group.empty() && words.size() == 1) {
        say("\"" + words[0] + "\" takes one more word");
        return answer(group, Exit::usage);
    }
    std::vector<std::string_view> names;
    for (const Command* command : all_commands()) names.push_back(command->name);
    std::string typed = words.size() > 1 ? words[0] + " " + words[1] : words[0];
    auto meant = nearest(typed, names);
    if (meant.empty()) meant = nearest(words[0], names);
    say("no command \"" + typed + "\"" +
        (meant.empty() ? "; inquest --help lists them" : "; did you mean \"" + std::string(meant) + "\"?"));
    return Exit::usage;
}

Exit help(std::span<const std::string> words) {
    if (words.empty()) return answer(help_of_program(), Exit::found);
    if (auto [command, length] = find_command(words); command && length == words.size())
        return answer(help_of(*command), Exit::found);
    if (auto group = help_of_group(words[0]); !group.empty() && words.size() == 1)
        return answer(group, Exit::found);
    return unknown_command(words);
}

}  // namespace

Exit run_program(std::span<const std::string> words) {
    if (words.empty()) {
        say("what shall it do? For example: inquest report FILE");
        return answer(help_of_program(), Exit::usage);
    }
    if (words[0] == "--help" || words[0] == "-h" || words[0] == "help") return help(words.subspan(1));
    if (words[0] == "--version") return answer(version_line(), Exit::found);

    auto [command, length] = find_command(words);
    if (!command) return unknown_command(words);
    auto arguments = parse_arguments(*command, words.subspan(length));
    if (!arguments) {
        say(arguments.error().message() + "; inquest help " + std::string(command->name) + " tells more");
        return Exit::usage;
    }
    if (arguments->has("--help")) return answer(help_of(*command), Exit::found);
    return command->run(*arguments);
}

}  // namespace inquest
