// The debug files that a command on a dump may use besides it.
#pragma once

#include "cli/command.h"
#include "debuginfo/debug_files.h"
#include "source/source_trees.h"

namespace inquest {

inline constexpr Option kSymbolsOption{
    "--symbols", "PATH",
    "vmlinux, debug files, System.map, or folders of them: source lines, and what the dump lacks", true};
inline constexpr Option kDebuginfodOption{"--debuginfod", "",
                                          "ask the servers of DEBUGINFOD_URLS for debug files"};
inline constexpr Option kSourceOption{
    "--source", "DIR",
    "a kernel's source tree, or a module's: show the lines that are known by file and number", true};

// The trees that --source names. The error names the folder that is none.
Result<SourceTrees> sources_of(const Arguments& arguments);

DebugFileOptions debug_files_of(const Arguments& arguments);

}  // namespace inquest
