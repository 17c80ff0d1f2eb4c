// Errors as values: every function that can fail returns Result<T>; nothing throws across a module.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace inquest {

// One sentence for a person (what is wrong, and where it helps, what to do), with the context in which it
// happened in front: "reading core.lzo: page 17: zstd stream is cut".
class Error {
  public:
    explicit Error(std::string message) : message_(std::move(message)) {}

    // The same error seen from one level up.
    [[nodiscard]] Error in(std::string_view context) && {
        message_.insert(0, std::string(context) + ": ");
        return std::move(*this);
    }

    [[nodiscard]] const std::string& message() const { return message_; }

  private:
    std::string message_;
};

template <typename T>
using Result = std::expected<T, Error>;

[[nodiscard]] inline std::unexpected<Error> fail(std::string message) {
    return std::unexpected(Error(std::move(message)));
}

// Passes on the error of a Result, with context: `if (!map) return fail_in("opening " + path, map);`
template <typename T>
[[nodiscard]] std::unexpected<Error> fail_in(std::string_view context, Result<T>& failed) {
    return std::unexpected(std::move(failed.error()).in(context));
}

}  // namespace inquest
