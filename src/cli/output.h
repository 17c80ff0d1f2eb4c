// Where the answer goes (stdout, or the file of -o) and where talk goes (stderr).
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace inquest {

enum class Exit : int;

// The answer. Nothing is buffered: what `write` was given has been handed to the system when it returns.
class Output {
  public:
    // "" and "-" are stdout. A file is made, or emptied, with mode 0600: a report tells things of a machine
    // that are nobody else's business. Refuses a file that is one of `inputs`.
    static Result<Output> open(const std::string& path, std::span<const std::string> inputs = {});

    Output(Output&& other) noexcept;
    Output& operator=(Output&&) = delete;
    ~Output();

    Result<void> write(std::string_view text);
    // Errors that a file system keeps to the end (quota, NFS) come out here.
    Result<void> close();

    // Whether colours may be used: stdout is a terminal and NO_COLOR is not set.
    [[nodiscard]] bool colour() const;
    // Columns of the terminal, 80 when there is none.
    [[nodiscard]] unsigned width() const;

  private:
    Output(int fd, std::string name) : fd_(fd), name_(std::move(name)) {}
    int fd_;
    std::string name_;
};

// Writes a command's whole answer to stdout; Exit::usage with a line on stderr when that fails.
// `status` is handed through.
Exit answer(std::string_view text, Exit status);

// One line on stderr: "inquest: MESSAGE". Control bytes are escaped.
void say(std::string_view message);

// Makes stdin, stdout and stderr safe to use even when the caller closed them: a file opened later must not
// become stdout. To be called first of all.
void guard_standard_streams();

}  // namespace inquest
