// What to do next, as commands with what they cost. Only names that hold nothing but symbol characters are
// filled in: the reader is root and pastes them.
#pragma once

#include "model/event.h"

namespace inquest::reason {

// The source line of the fault, where function and offset are known.
void suggest_source_line(CrashEvent& event);
// Memory that was freed, reused or overwritten: let the kernel catch the culprit in the act.
void suggest_memory_debugging(CrashEvent& event);
// What tells broken memory from a bug.
void suggest_memory_test(CrashEvent& event);

}  // namespace inquest::reason
