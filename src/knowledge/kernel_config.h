// What a kernel was built with, out of its .config.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace inquest {

class KernelConfig {
  public:
    // Absent: an option of another version, or one whose dependencies are not met.
    enum class Option { set, not_set, absent };

    // The text of a .config as Kconfig writes it; a value counts as set, but for "n".
    static Result<KernelConfig> parse(std::string_view text);
    // A file, also compressed as /proc/config.gz; at most 4 MiB of text.
    static Result<KernelConfig> read(const std::string& path);

    // By its whole name, "CONFIG_NET".
    [[nodiscard]] Option option(std::string_view name) const;
    // "6.1" of "# Linux/x86 6.1.192 Kernel Configuration"; "" the text does not say.
    [[nodiscard]] const std::string& series() const { return series_; }

  private:
    std::map<std::string, bool, std::less<>> options_;
    std::string series_;
};

}  // namespace inquest
