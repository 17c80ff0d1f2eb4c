#include "cli/help.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "base/text.h"

namespace inquest {
namespace {

constexpr std::size_t kColumns = 80;

// "  left   right", the right column broken into lines.
std::string row(std::string_view left, std::size_t left_width, std::string_view right) {
    std::string text = "  " + std::string(left);
    const std::size_t indent = left_width + 4;
    if (text.size() + 2 > indent) {
        text += '\n' + std::string(indent, ' ');
    } else {
        text.resize(indent, ' ');
    }
    std::size_t column = indent;
    for (std::string_view word : split_words(right)) {
        if (column > indent && column + 1 + word.size() > kColumns) {
            text += '\n' + std::string(indent, ' ');
            column = indent;
        }
        if (column > indent) {
            text += ' ';
            ++column;
        }
        text += word;
        column += word.size();
    }
    return text + '\n';
}

std::string commands_below(std::string_view prefix) {
    std::vector<const Command*> commands;
    for (const Command* command : all_commands())
        if (command->name.starts_with(prefix)) commands.push_back(command);
    std::size_t width = 0;
    for (const Command* command : commands) width = std::max(width, command->name.size());
    std::string text;
    for (const Command* command : commands) text += row(command->name, width, command->summary);
    return text;
}

// "--format FORMAT", "-o, --output FILE".
std::string spelling(const Option& option) {
    std::string text = replace_all(std::string(option.name), ",", ", ");
    if (!option.value.empty()) text.append(" ").append(option.value);
    return text;
}

std::string explanation(const Option& option) {
    std::string text(option.help);
    if (option.choices) {
        auto choices = option.choices();
        text += " (" + join({choices.begin(), choices.end()}, ", ") + ")";
    }
    if (option.repeatable) text += "; may be given several times";
    return text;
}

}  // namespace

std::string version_line() { return "inquest " INQUEST_VERSION "\n"; }

std::string help_of_program() {
    return "inquest tells why a Linux kernel crashed and what to do about it.\n"
           "\n"
           "usage: inquest COMMAND [OPTION...] [ARGUMENT...]\n"
           "\n"
           "commands:\n" +
           commands_below("") +
           "\n"
           "  inquest report console.log     explains the crashes in a log\n"
           "  inquest report                 explains this machine's newest crash\n"
           "  inquest help report            tells all about one command\n"
           "\n"
           "Nothing is sent anywhere. The answer goes to standard output, talk to standard\n"
           "error. Exit status: 0 a crash was found, 1 none, 2 the command line is wrong or\n"
           "the answer could not be written, 3 an input was unreadable or cut.\n";
}

std::string help_of_group(std::string_view group) {
    auto commands = commands_below(std::string(group) + " ");
    return commands.empty() ? commands : "commands:\n" + commands;
}

std::string help_of(const Command& command) {
    std::string text = "usage: inquest " + std::string(command.name);
    if (!command.options.empty()) text += " [OPTION...]";
    if (!command.usage.empty()) text.append(" ").append(command.usage);
    text.append("\n\n").append(command.summary).append(".\n");
    if (!command.description.empty()) text.append("\n").append(command.description).append("\n");
    text += "\noptions:\n";
    static constexpr std::size_t kWidest = 22;
    for (const Option& option : command.options) text += row(spelling(option), kWidest, explanation(option));
    return text + row("-h, --help", kWidest, "this text");
}

}  // namespace inquest
