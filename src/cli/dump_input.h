// What a kernel dump brings to a report: its log, and what its memory tells beyond the log.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "checks/checker.h"
#include "model/report.h"

namespace inquest {

struct DumpInput {
    std::string path, format;
    std::string log;  // of the ring buffer; "" when it cannot be read
    Kernel kernel;    // of VMCOREINFO and utsname
    std::optional<unsigned> cpus;
    Task crashed;  // what the CPU that crashed ran
    std::optional<unsigned> crashed_cpu;
    std::vector<Frame> trace;  // its stack, from the fault or the panic on
    std::unique_ptr<Session> session;
    std::unique_ptr<CodeMap> code;
    TaskList tasks;
    std::optional<TaskView> crashed_task;
    std::vector<std::string> problems;  // what the dump lacks, a sentence each
};

// Opens the dump, one file or the parts of a split one, and besides it only the debug files that the user
// named or that are installed for its kernel. `tell` hears what takes long. The error says why nothing can be
// read out of it, or which of those files is not the kernel's.
Result<DumpInput> read_dump(std::span<const std::string> paths, const Tell& tell,
                            const DebugFileOptions& files = {});

// Completes a report that was made from the dump's log. Without an event in the log the memory's own account
// of the crash becomes one. Then the checks of that level are run.
void complete(Report& report, DumpInput& dump, CheckLevel checks);

}  // namespace inquest
