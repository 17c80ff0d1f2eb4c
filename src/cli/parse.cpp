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

// How many of the words are options of the command and its first argument: what follows is a language of its
// own.
std::size_t words_before_own(const Command& command, std::span<const std::string> words) {
    bool named = false;  // the first argument has come
    std::size_t at = 0;
    while (at < words.size()) {
        const std::string& word = words[at];
        if (!word.starts_with("--")) {
            if (named) break;
            named = true;
            ++at;
            continue;
        }
        auto option = std::ranges::find(command.options, word, &key_of);
        ++at;
        if (option != command.options.end() && !option->value.empty() && at < words.size()) ++at;
    }
    return at;
}

}  // namespace

Result<Arguments> parse_arguments(const Command& command, std::span<const std::string> words) {
    const std::size_t own = command.own_words ? words_before_own(command, words) : words.size();
    auto end = std::find(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(own), "--");
    if (std::any_of(words.begin(), end,
                    [](const std::string& word) { return word == "--help" || word == "-h"; })) {
        Arguments help;
        help.set("--help", {});
        return help;
    }
    try {
        auto arguments = parse(command, words.first(own));
        if (arguments && own < words.size()) {
            std::vector<std::string> all = arguments->positional();
            all.insert(all.end(), words.begin() + static_cast<std::ptrdiff_t>(own), words.end());
            arguments->set_positional(std::move(all));
        }
        return arguments;
    } catch (const CLI::Error& error) {
        return fail(escape_for_terminal(error.what()));
    }
}

}  // namespace inquest
