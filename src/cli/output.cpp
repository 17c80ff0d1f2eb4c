#include "cli/output.h"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include "base/text.h"
#include "cli/command.h"

namespace inquest {
namespace {

std::string reason() { return std::strerror(errno); }

Result<void> write_all(int fd, std::string_view text) {
    while (!text.empty()) {
        auto written = ::write(fd, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return fail(reason());
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

}  // namespace

Result<Output> Output::open(const std::string& path, std::span<const std::string> inputs) {
    if (path.empty() || path == "-") return Output(STDOUT_FILENO, "standard output");
    int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) return fail("cannot write " + path + ": " + reason());
    Output output(fd, path);
    struct stat file {};
    // A pipe or a device keeps its mode and has nothing to be emptied: -o /dev/stdout must work.
    if (fstat(fd, &file) != 0 || !S_ISREG(file.st_mode)) return output;
    for (const std::string& input : inputs) {
        struct stat other {};
        if (stat(input.c_str(), &other) == 0 && other.st_dev == file.st_dev && other.st_ino == file.st_ino)
            return fail(path + " is an input; choose another file for the answer");
    }
    if (fchmod(fd, 0600) != 0) return fail("cannot make " + path + " private: " + reason());
    if (ftruncate(fd, 0) != 0) return fail("cannot empty " + path + ": " + reason());
    return output;
}

Output::Output(Output&& other) noexcept : fd_(std::exchange(other.fd_, -1)), name_(std::move(other.name_)) {}

Output::~Output() {
    if (fd_ > STDERR_FILENO) ::close(fd_);
}

Result<void> Output::write(std::string_view text) {
    auto written = write_all(fd_, text);
    if (!written) return fail_in("cannot write " + name_, written);
    return {};
}

Result<void> Output::close() {
    int fd = std::exchange(fd_, -1);
    if (fd > STDERR_FILENO && ::close(fd) != 0) return fail("cannot write " + name_ + ": " + reason());
    return {};
}

bool Output::colour() const {
    const char* unwanted = std::getenv("NO_COLOR");
    return isatty(fd_) == 1 && (unwanted == nullptr || *unwanted == '\0');
}

unsigned Output::width() const {
    struct winsize size {};
    if (ioctl(fd_, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
    return size.ws_col;
}

Exit answer(std::string_view text, Exit status) {
    auto written = write_all(STDOUT_FILENO, text);
    if (written) return status;
    say("cannot write standard output: " + written.error().message());
    return Exit::usage;
}

void say(std::string_view message) {
    // Nobody is left to be told when even stderr is gone.
    static_cast<void>(write_all(STDERR_FILENO, "inquest: " + escape_for_terminal(message) + "\n"));
}

void guard_standard_streams() {
    for (int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        // The lowest free number is taken, which is fd. Reading from or writing to it fails, as it should.
        if (fcntl(fd, F_GETFD) < 0) static_cast<void>(::open("/", O_PATH | O_DIRECTORY));
    }
    // The reader of a pipe has seen enough: end without a word.
    std::signal(SIGPIPE, SIG_DFL);
}

}  // namespace inquest
