// Why a kernel died, out of the memory of its dump: the faulting instruction's operand followed back to where
// its value came from, the objects behind it judged, and what that says of the cause.
//
// It adds to the verdict that registers and code alone gave (reason/explain.h), and overrules it where memory
// shows more.
#pragma once

#include <optional>

#include "dataflow/data_flow.h"
#include "kernel/backtrace.h"
#include "kernel/crash_site.h"
#include "kernel/source_lines.h"
#include "kernel/subsystems/task.h"
#include "model/event.h"

namespace inquest {

struct DiagnosisInput {
    Session& session;
    CodeMap& code;
    const TaskList& tasks;
    const std::optional<TaskView>& crashed;
    const Backtrace& trace;                // of the crashed task
    const std::optional<CrashSite>& site;  // of its fault; nullopt: there was none
    SourceLines* lines = nullptr;          // where debug files may be at hand
};

// `event` is that crash, explained. Where the memory tells nothing it stays as it is.
void diagnose_crash(CrashEvent& event, const DiagnosisInput& input);

}  // namespace inquest
