// The options of an inspection command, read as crash reads them: single letters, together or apart, some
// with a value.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace inquest {

class Options {
  public:
    // `letters` as getopt takes them: "oc:" knows -o, and -c with a value ("-c 3" or "-c3"). The error names
    // the option that `command` does not know. "--" ends the options.
    static Result<Options> parse(std::string_view command, std::string_view letters,
                                 std::span<const std::string> arguments);

    [[nodiscard]] bool has(char letter) const { return values_.contains(letter); }
    // The last value of an option, nullopt when it was not given.
    [[nodiscard]] std::optional<std::string_view> value(char letter) const;
    // A count of at least 1 and at most `most`; `otherwise` when the option was not given.
    [[nodiscard]] Result<std::uint64_t> count(char letter, std::uint64_t otherwise, std::uint64_t most) const;
    [[nodiscard]] const std::vector<std::string>& words() const { return words_; }  // what is no option

  private:
    std::map<char, std::string> values_;
    std::vector<std::string> words_;
};

}  // namespace inquest
