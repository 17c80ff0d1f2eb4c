#include "inspect/options.h"

#include "base/text.h"

namespace inquest {

Result<Options> Options::parse(std::string_view command, std::string_view letters,
                               std::span<const std::string> arguments) {
    Options options;
    bool ended = false;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        std::string_view argument = arguments[i];
        if (ended || argument.size() < 2 || argument[0] != '-') {
            options.words_.emplace_back(argument);
            continue;
        }
        if (argument == "--") {
            ended = true;
            continue;
        }
        for (std::size_t at = 1; at < argument.size(); ++at) {
            auto known = argument[at] == ':' ? letters.npos : letters.find(argument[at]);
            if (known == letters.npos)
                return fail(std::string(command) + " does not know " + std::string(argument));
            std::string& value = options.values_[argument[at]];
            if (known + 1 >= letters.size() || letters[known + 1] != ':') continue;
            value = argument.substr(at + 1);
            if (value.empty() && i + 1 == arguments.size())
                return fail("-" + std::string(1, argument[at]) + " of " + std::string(command) +
                            " takes a value");
            if (value.empty()) value = arguments[++i];
            break;
        }
    }
    return options;
}

std::optional<std::string_view> Options::value(char letter) const {
    auto found = values_.find(letter);
    return found == values_.end() ? std::nullopt : std::optional<std::string_view>(found->second);
}

Result<std::uint64_t> Options::count(char letter, std::uint64_t otherwise, std::uint64_t most) const {
    auto text = value(letter);
    if (!text) return otherwise;
    auto number = text->starts_with("0x") ? parse_hex(*text) : parse_dec(*text);
    if (!number || *number == 0 || *number > most)
        return fail("-" + std::string(1, letter) + " takes a number from 1 to " + std::to_string(most));
    return *number;
}

}  // namespace inquest
