// The kernel's messages in systemd's journal.
#pragma once

#include <cstdio>
#include <memory>
#include <string>

#include "base/result.h"

namespace inquest {

// The place (KeptCrash) of the boot before this one.
inline constexpr const char* kPreviousBoot = "journalctl -k -b -1";

// A command's output as a file: `path` can be opened while the object lives.
class CommandOutput {
  public:
    // `command` is a constant of ours, never made of what somebody typed or a log said.
    static Result<CommandOutput> of(const std::string& command);
    [[nodiscard]] std::string path() const;
    [[nodiscard]] std::string read_all(std::size_t limit) const;

  private:
    struct Close {
        void operator()(std::FILE* pipe) const { pclose(pipe); }
    };
    explicit CommandOutput(std::FILE* pipe) : pipe_(pipe) {}
    std::unique_ptr<std::FILE, Close> pipe_;
};

}  // namespace inquest
