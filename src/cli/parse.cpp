#include "cli/parse.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "base/text.h"

namespace inquest {

std::string_view key_of(const Option& option) {
    auto comma = option.name.rfind(',');
    return comma == option.name.npos ? option.name : option.name.substr(comma + 1);
}

namespace {

struct Slot {
    const Option* option;
    CLI::Option* parsed;
};

Slot declare(CLI::App& app, const Option& option) {
    std::string name(option.name);
    if (option.value.empty()) return {&option, app.add_flag(name)};
    auto* parsed = app.add_option(name)->type_name(std::string(option.value));
    // Words that follow the value are the next argument, never more values.
    parsed->expected(1);
    parsed->multi_option_policy(option.repeatable ? CLI::MultiOptionPolicy::TakeAll
                                                  : CLI::MultiOptionPolicy::TakeLast);
    return {&option, parsed};
}

Result<void> check_choice(const Option& option, const std::vector<std::string>& values) {
    if (!option.choices) return {};
    auto choices = option.choices();
    for (const auto& value : values) {
        if (std::ranges::find(choices, value) != choices.end()) continue;
        std::vector<std::string> names(choices.begin(), choices.end());
        return fail(std::string(key_of(option)) + " takes one of " + join(names, ", ") + ", not \"" +
                    escape_for_terminal(value) + "\"");
    }
    return {};
}

Result<Arguments> parse(const Command& command, std::span<const std::string> words) {
    CLI::App app;
    app.set_help_flag("");
    std::vector<Slot> slots;
    for (const Option& option : command.options) slots.push_back(declare(app, option));
    std::vector<std::string> positional;
    if (!command.usage.empty()) app.add_option("arguments", positional);

    std::vector<std::string> reversed(words.rbegin(), words.rend());
    app.parse(reversed);

    Arguments arguments;
    for (const auto& [option, parsed] : slots) {
        if (parsed->count() == 0) continue;
        auto values = option->value.empty() ? std::vector<std::string>{} : parsed->results();
        if (auto allowed = check_choice(*option, values); !allowed) return std::unexpected(allowed.error());
        arguments.set(key_of(*option), std::move(values));
    }
    arguments.set_positional(std::move(positional));
    return arguments;
}

}  // namespace

Result<Arguments> parse_arguments(const Command& command, std::span<const std::string> words) {
    auto end = std::ranges::find(words, "--");
    // -h is an option in a language of its own.
    if (command.own_words && !words.empty()) end = words.begin() + 1;
    if (std::any_of(words.begin(), end,
                    [](const std::string& word) { return word == "--help" || word == "-h"; })) {
        Arguments help;
        help.set("--help", {});
        return help;
    }
    if (command.own_words) {
        Arguments all;
        all.set_positional({words.begin(), words.end()});
        return all;
    }
    try {
        return parse(command, words);
    } catch (const CLI::Error& error) {
        return fail(escape_for_terminal(error.what()));
    }
}

}  // namespace inquest
