// From an open log to its report.
#pragma once

#include <string>

#include "checks/checker.h"
#include "cli/dump_input.h"
#include "crashlog/source.h"
#include "knowledge/knowledge.h"
#include "model/report.h"
#include "source/source_trees.h"

namespace inquest {

struct AssembleOptions {
    const Knowledge* knowledge = nullptr;
    std::string kernel;  // a release that goes before what the log says; "" none
    bool all_boots = false;
    CheckLevel checks = CheckLevel::none;  // of a dump
    SourceTrees* sources = nullptr;        // whose lines are shown; nullptr none
};

// Reads the source to its end, explains each event and looks up known issues. `dump` is the one whose log it
// is, nullptr for a log alone; what its memory knows completes the report, and it is checked.
Report assemble(LineSource& source, const std::string& path, const AssembleOptions& options,
                const DumpInput* dump = nullptr);

// A crash, as opposed to a warning that the machine went on from.
bool is_crash(const CrashEvent& event);

// The kernel that known issues are looked up for.
Kernel kernel_of(const CrashEvent& event, const Kernel& banner, const AssembleOptions& options);

}  // namespace inquest
