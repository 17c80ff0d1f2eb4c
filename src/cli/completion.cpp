#include "cli/completion.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "cli/command.h"

namespace inquest {
namespace {

std::vector<std::string> names_of(const Option& option) {
    std::vector<std::string> names;
    for (std::string_view name : split(option.name, ',')) names.emplace_back(name);
    return names;
}

std::string choices_of(const Option& option) {
    if (!option.choices) return {};
    auto choices = option.choices();
    return join({choices.begin(), choices.end()}, " ");
}

// The first words of commands, or the second words of those in a group.
std::vector<std::string> words_after(std::string_view group) {
    std::vector<std::string> words;
    for (const Command* command : all_commands()) {
        auto name = split(command->name, ' ');
        if (!group.empty() && (name.size() < 2 || name[0] != group)) continue;
        std::string word(group.empty() ? name[0] : name[1]);
        if (std::ranges::find(words, word) == words.end()) words.push_back(std::move(word));
    }
    return words;
}

std::vector<std::string> groups() {
    std::vector<std::string> found;
    for (const std::string& word : words_after(""))
        if (!words_after(word).empty()) found.push_back(word);
    return found;
}

std::string bash_case(const Command& command) {
    std::string options = "--help", values;
    for (const Option& option : command.options) {
        auto names = names_of(option);
        options += " " + join(names, " ");
        if (option.value.empty()) continue;
        auto choices = choices_of(option);
        values += "                " + join(names, " | ") + ") " +
                  (choices.empty() ? "COMPREPLY=($(compgen -f -- \"$current\"))"
                                   : "COMPREPLY=($(compgen -W '" + choices + "' -- \"$current\"))") +
                  "; return ;;\n";
    }
    std::string text = "        '" + std::string(command.name) + "')\n";
    if (!values.empty()) text += "            case $previous in\n" + values + "            esac\n";
    return text + "            options='" + options + "'\n            ;;\n";
}

// Text inside a zsh option description, itself inside single quotes.
std::string zsh_text(std::string_view text) {
    std::string escaped;
    for (char c : text) {
        if (c == '[' || c == ']' || c == ':' || c == '\\') escaped += '\\';
        if (c == '\'') {
            escaped += "'\\''";
        } else {
            escaped += c;
        }
    }
    return escaped;
}

std::string zsh_arguments(const Command& command) {
    std::string text = "_arguments '(-h --help)'{-h,--help}'[show help]'";
    for (const Option& option : command.options) {
        auto choices = choices_of(option);
        std::string value;
        if (!option.value.empty())
            value = ":" + zsh_text(option.value) + ":" + (choices.empty() ? "_files" : "(" + choices + ")");
        for (const std::string& name : names_of(option))
            text += std::string(" '") + (option.repeatable ? "*" : "") + name + "[" + zsh_text(option.help) +
                    "]" + value + "'";
    }
    return text + (command.usage.empty() ? "" : " '*:argument:_files'");
}

// "'issue:known issues' 'report:...'"
std::string zsh_words(std::string_view group) {
    std::string text;
    for (const std::string& word : words_after(group)) {
        std::string name = group.empty() ? word : std::string(group) + " " + word;
        std::string summary = "see inquest " + name + " --help";
        for (const Command* command : all_commands())
            if (command->name == name) summary = command->summary;
        text += " '" + word + ":" + zsh_text(summary) + "'";
    }
    return text;
}

std::string zsh_cases(std::string_view group, const std::string& indent) {
    std::string text;
    for (const Command* command : all_commands()) {
        auto name = split(command->name, ' ');
        bool here = group.empty() ? name.size() == 1 : name.size() == 2 && name[0] == group;
        if (here) text += indent + std::string(name.back()) + ") " + zsh_arguments(*command) + " ;;\n";
    }
    return text;
}

}  // namespace

std::string bash_completion() {
    std::string text =
        "# Completion of inquest for bash; made by: inquest completion bash\n"
        "_inquest() {\n"
        "    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}\n"
        "    local command=${COMP_WORDS[1]} options=\n"
        "    COMPREPLY=()\n"
        "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
        "        COMPREPLY=($(compgen -W '" +
        join(words_after(""), " ") +
        " help --help --version' -- \"$current\"))\n"
        "        return\n"
        "    fi\n";
    for (const std::string& group : groups())
        text += "    if [ \"$command\" = " + group +
                " ]; then\n"
                "        if [ \"$COMP_CWORD\" -eq 2 ]; then\n"
                "            COMPREPLY=($(compgen -W '" +
                join(words_after(group), " ") +
                "' -- \"$current\"))\n"
                "            return\n"
                "        fi\n"
                "        command=\"$command ${COMP_WORDS[2]}\"\n"
                "    fi\n";
    text += "    case $command in\n";
    for (const Command* command : all_commands()) text += bash_case(*command);
    return text +
           "    esac\n"
           "    case $current in\n"
           "        -*) COMPREPLY=($(compgen -W \"$options\" -- \"$current\")) ;;\n"
           "        *) COMPREPLY=($(compgen -f -- \"$current\")) ;;\n"
           "    esac\n"
           "}\n"
           "complete -o filenames -F _inquest inquest\n";
}

std::string zsh_completion() {
    std::string text =
        "#compdef inquest\n"
        "# Completion of inquest for zsh; made by: inquest completion zsh\n"
        "_inquest() {\n"
        "    local -a commands\n"
        "    if (( CURRENT == 2 )); then\n"
        "        commands=(" +
        zsh_words("") +
        ")\n"
        "        _describe command commands\n"
        "        return\n"
        "    fi\n"
        "    shift words\n"
        "    (( CURRENT-- ))\n"
        "    case $words[1] in\n" +
        zsh_cases("", "        ");
    for (const std::string& group : groups())
        text += "        " + group +
                ")\n"
                "            if (( CURRENT == 2 )); then\n"
                "                commands=(" +
                zsh_words(group) +
                ")\n"
                "                _describe command commands\n"
                "                return\n"
                "            fi\n"
                "            shift words\n"
                "            (( CURRENT-- ))\n"
                "            case $words[1] in\n" +
                zsh_cases(group, "                ") +
                "            esac\n"
                "            ;;\n";
    return text +
           "    esac\n"
           "}\n"
           "_inquest \"$@\"\n";
}

}  // namespace inquest
