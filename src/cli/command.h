// A subcommand: options as data, help and run in one file of commands/.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace inquest {

// What the shell gets back (docs/design: 0 found, 1 nothing found, 2 usage, 3 an input was unreadable or cut).
enum class Exit : int { found = 0, nothing = 1, usage = 2, unreadable = 3 };

struct Option {
    std::string_view name;        // "--format"
    std::string_view value;       // "text|json|jsonl|markdown|html" or "FILE"; empty: a flag
    std::string_view help;
    bool repeatable = false;
};

// The parsed command line; heavy CLI11 stays in cli/parse.cpp.
class Arguments {
  public:
    [[nodiscard]] bool has(std::string_view option) const;
    [[nodiscard]] std::string value(std::string_view option, std::string_view otherwise = {}) const;
    [[nodiscard]] const std::vector<std::string>& values(std::string_view option) const;
    [[nodiscard]] const std::vector<std::string>& positional() const { return positional_; }

    void set(std::string_view option, std::vector<std::string> values);
    std::vector<std::string> positional_;

  private:
    std::vector<std::pair<std::string, std::vector<std::string>>> options_;
};

struct Command {
    std::string_view name;         // "report", "issue list"
    std::string_view summary;      // one line of help
    std::string_view usage;        // "[INPUT...]"
    std::string_view description;  // the rest of the help
    std::span<const Option> options;
    Exit (*run)(const Arguments& arguments);
};

std::span<const Command* const> all_commands();

}  // namespace inquest
