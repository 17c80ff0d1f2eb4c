// A subcommand: options as data, help and run in one file of commands/.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace inquest {

// What the shell gets back. `usage` is also what an answer gives that could not be written.
enum class Exit : int { found = 0, nothing = 1, usage = 2, unreadable = 3 };

struct Option {
    std::string_view name;   // "--format", "-o,--output"; commands ask for it by the last of its names
    std::string_view value;  // what the help calls its value: "FILE"; empty: a flag
    std::string_view help;
    bool repeatable = false;
    std::vector<std::string_view> (*choices)() = nullptr;  // the values that are allowed; nullptr: any
};

// The parsed command line.
class Arguments {
  public:
    [[nodiscard]] bool has(std::string_view option) const;
    // The (last) value of an option, `otherwise` when it was not given.
    [[nodiscard]] std::string value(std::string_view option, std::string_view otherwise = {}) const;
    [[nodiscard]] const std::vector<std::string>& values(std::string_view option) const;
    [[nodiscard]] const std::vector<std::string>& positional() const { return positional_; }

    void set(std::string_view option, std::vector<std::string> values);
    void set_positional(std::vector<std::string> values) { positional_ = std::move(values); }

  private:
    std::vector<std::string> positional_;
    std::vector<std::pair<std::string, std::vector<std::string>>> options_;
};

struct Command {
    std::string_view name;         // "report", "issue list"
    std::string_view summary;      // one line of help
    std::string_view usage;        // "[INPUT...]"; empty: it takes no arguments
    std::string_view description;  // the rest of the help
    std::span<const Option> options;
    Exit (*run)(const Arguments& arguments);
    bool own_words = false;  // behind its first argument comes a language of its own, with its own options
};

// Every command, in the order of their names.
std::span<const Command* const> all_commands();

}  // namespace inquest
