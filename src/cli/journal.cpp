#include "cli/journal.h"

#include <cerrno>
#include <cstring>

namespace inquest {

Result<CommandOutput> CommandOutput::of(const std::string& command) {
    std::FILE* pipe = popen(command.c_str(), "re");
    if (pipe == nullptr) return fail("cannot run \"" + command + "\": " + std::strerror(errno));
    return CommandOutput(pipe);
}

std::string CommandOutput::path() const { return "/proc/self/fd/" + std::to_string(fileno(pipe_.get())); }

std::string CommandOutput::read_all(std::size_t limit) const {
    std::string text(limit, '\0');
    text.resize(std::fread(text.data(), 1, limit, pipe_.get()));
    return text;
}

}  // namespace inquest
