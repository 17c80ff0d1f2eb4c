// From a fault's facts to its explanation.
#pragma once

#include "model/report.h"

namespace inquest {

// Explains one event from what its log shows: disassembles Code:, finds the faulting instruction, evaluates
// its operand, compares with the fault address, and classifies the pointer. Fills in event.instruction and
// event.verdict. Claims no more than the evidence carries: a corrupted event gets a lower confidence.
void explain(CrashEvent& event);

// Findings about the log as a whole: out-of-tree modules in a trace, symbols that contradict the release, ...
// Appends to report.findings.
void examine(Report& report);

}  // namespace inquest
