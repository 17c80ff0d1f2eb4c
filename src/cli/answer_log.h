// One log read and answered, in the form that was asked for.
#pragma once

#include <string>

#include "cli/assemble.h"
#include "cli/command.h"
#include "cli/open_input.h"
#include "cli/output.h"
#include "report/redact.h"
#include "report/renderer.h"

namespace inquest {

// What all inputs of one command line have in common.
struct ReportJob {
    AssembleOptions assemble;
    const Renderer* renderer = nullptr;
    RenderOptions look;
    Redactor* redactor = nullptr;  // one for all inputs: a pseudonym means the same in each answer
    Output* output = nullptr;
    DebugFileOptions debug_files;  // for dumps
};

// Exit::usage: the answer could not be written. Everything that is wrong has been said.
Exit answer_log(OpenInput& input, const ReportJob& job);

// As answer_log, for what was found without being named: writes nothing and gives Exit::nothing when the log
// holds no crash.
Exit answer_crash(OpenInput& input, const ReportJob& job);

// As answer_log, an event a line in constant memory: each is written when it is complete, repeats too. No
// event is marked primary, for what comes behind it is not known yet.
Exit stream_log(OpenInput& input, const ReportJob& job);

}  // namespace inquest
