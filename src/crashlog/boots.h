// Where one boot ends and the next begins, and what a boot's first lines tell of the machine.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "crashlog/line.h"
#include "model/report.h"

namespace inquest {

// Literals of the lines that Boots wants to see.
std::span<const std::string_view> boot_triggers();

class Boots {
  public:
    // Looks at a line; true when it begins a boot that is not the first. PowerPC's monitor prints the banner
    // in the midst of a report: `in_monitor`.
    bool take(const Line& line, bool in_monitor);

    // An event's own release. True when it contradicts the boot's: another machine's log begins here.
    bool take_release(const std::string& release);

    [[nodiscard]] int current() const { return current_; }
    [[nodiscard]] const Kernel& banner() const { return banner_; }
    [[nodiscard]] const Host& host() const { return host_; }
    // No banner stood between the boots: excerpts of several machines or of separate times.
    [[nodiscard]] bool excerpts() const { return current_ > 0 && banners_ <= 1; }

  private:
    void begin();
    void take_banner(std::string_view text);
    void take_machine(std::string_view text);

    int current_ = 0;
    bool seen_ = false;  // a line of the current boot was seen
    std::optional<std::int64_t> last_time_;
    bool prose_ = false;   // text that is no log stood before the line
    std::string release_;  // of the current boot
    unsigned banners_ = 0;
    Kernel banner_;
    Host host_;
};

// "Linux version 5.4.0-122-generic (buildd@lcy02) (gcc ...) #138-Ubuntu SMP ..." to release, version,
// architecture.
std::optional<Kernel> parse_banner(std::string_view text);

}  // namespace inquest
