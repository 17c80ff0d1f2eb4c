// The debug files that a command on a dump may use besides it.
#pragma once

#include "cli/command.h"
#include "debuginfo/debug_files.h"

namespace inquest {

inline constexpr Option kSymbolsOption{
    "--symbols", "PATH",
    "vmlinux, debug files, System.map, or folders of them: source lines, and what the dump lacks", true};
inline constexpr Option kDebuginfodOption{"--debuginfod", "",
                                          "ask the servers of DEBUGINFOD_URLS for debug files"};

DebugFileOptions debug_files_of(const Arguments& arguments);

}  // namespace inquest
