// What a kernel dump brings to a report: its log, and what its memory tells beyond the log.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "crashlog/parser.h"
#include "kernel/backtrace.h"
#include "kernel/crash_site.h"
#include "kernel/session.h"
#include "kernel/subsystems/machine.h"
#include "kernel/subsystems/task.h"
#include "model/report.h"

namespace inquest {

struct DumpInput {
    std::string path;
    std::unique_ptr<Session> session;
    std::unique_ptr<CodeMap> code;
    TaskList tasks;
    std::optional<TaskView> crashed;  // what the CPU that crashed ran; nullopt when nothing tells
    std::string log;                  // of the ring buffer; "" when it cannot be read
    Kernel kernel;                    // of VMCOREINFO, utsname and tainted_mask
    Machine machine;
    Backtrace trace;                    // of the crashed task, from the fault or the panic on
    std::optional<CrashSite> site;      // of its fault; nullopt: the kernel called panic() by itself
    std::vector<Stack> cpus;            // what the other CPUs ran, busy ones first
    std::optional<CrashEvent> event;    // the crash as the memory alone tells it
    std::vector<std::string> problems;  // what the dump lacks, a sentence each
};

// Opens the dump, one file or the parts of a split one, and besides it only the debug files that the user
// named or that are installed for its kernel. `tell` hears what takes long. The error says why nothing can be
// read out of it, or which of those files is not the kernel's.
Result<DumpInput> read_dump(std::span<const std::string> paths, const Tell& tell,
                            const DebugFileOptions& files = {});

// Completes and corrects what the log tells, before it is explained: the kernel, the machine, the event that
// killed it. Where the log holds no crash the memory's own account becomes an event of its own.
void complete(LogContents& contents, const DumpInput& dump);

// Whether the event, told by the log or by the memory, is the crash that the dump was taken of.
bool is_crash_of(const CrashEvent& event, const DumpInput& dump);

// The rest of a report: what input it was, problems, and how much of the log's account the memory bears out.
void complete(Report& report, const DumpInput& dump);

}  // namespace inquest
