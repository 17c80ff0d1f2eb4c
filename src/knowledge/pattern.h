// What a `log` condition looks for in a line.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace re2 {
class RE2;
}

namespace inquest {

// An RE2 pattern (linear time, bounded memory); one without special characters is searched as plain text.
class Pattern {
  public:
    explicit Pattern(std::string_view text);

    // Why the pattern is none, "" when it is one. A broken one is found nowhere.
    [[nodiscard]] std::string error() const;
    [[nodiscard]] bool found_in(std::string_view line) const;

  private:
    std::string plain_;
    std::shared_ptr<const re2::RE2> regex_;  // null: plain text
};

}  // namespace inquest
