// From what the user named to a log that can be read.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/dump_input.h"
#include "cli/journal.h"
#include "crashlog/source.h"

namespace inquest {

// An open log with what keeps it alive.
struct OpenInput {
    std::string path;                      // the log that is read; differs from what was named for a folder
    std::string note;                      // what to tell the user about the choice, "" nothing
    std::optional<CommandOutput> command;  // of the journal
    std::unique_ptr<DumpInput> dump;       // the dump whose log it is
    std::unique_ptr<LineSource> source;    // reads from those
};

// `path` is a log, "-", the folder of a crash, a folder of such folders (the newest is taken), a dump (its
// own log is taken, the one beside it when it cannot be read), or the place of a KeptCrash. Several parts
// are a dump that makedumpfile split. `files` are for a dump; one that is not its kernel's is an error.
Result<OpenInput> open_input(std::span<const std::string> parts, const DebugFileOptions& files = {});
inline Result<OpenInput> open_input(const std::string& path, const DebugFileOptions& files = {}) {
    return open_input({&path, 1}, files);
}

// Which of the paths are one input: neighbours that are parts of one dump that makedumpfile split.
std::vector<std::span<const std::string>> group_inputs(std::span<const std::string> paths);

}  // namespace inquest
