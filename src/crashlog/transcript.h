// Sessions of crash and drgn, pasted: what they tell beside the registers and frames, which Body reads.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crashlog/line.h"
#include "model/report.h"

namespace inquest {

class Transcript {
  public:
    // Literals of the lines that Transcript wants to see.
    static std::span<const std::string_view> triggers();

    // Takes "KERNEL: .../vmlinux", "UPTIME: 03:43:14", "MEMORY: 128 GB", lines of `dis`; false for all
    // others.
    bool take(std::string_view text);

    // `PANIC: "BUG: unable to handle ..."`: the log's own line, in quotes.
    static std::optional<std::string_view> panic_in(std::string_view text);

    // Such a line was seen: this is a transcript, every further line may matter.
    [[nodiscard]] bool seen() const { return seen_; }
    [[nodiscard]] const std::string& release() const { return release_; }

    // Fills in what the log did not tell.
    void complete(Host& host) const;
    // The instruction at the event's place, when `dis` showed it and Code: did not.
    void complete(CrashEvent& event) const;

  private:
    struct Instruction {
        std::string function;
        std::uint64_t offset;
        std::string text;
    };
    bool take_instruction(std::string_view text);
    bool take_system(std::string_view text);

    bool seen_ = false;
    std::string release_;
    Host host_;
    std::vector<Instruction> instructions_;
};

// The backtrace is of a task that brought the machine down, not just of any.
bool shows_crash(const CrashEvent& event);

// What the backtrace in a transcript adds to the event of the log that it is of: source lines.
void absorb(CrashEvent& known, const CrashEvent& transcript);

}  // namespace inquest
