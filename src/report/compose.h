// The parts that a Document is put together from.
#pragma once

#include <vector>

#include "model/report.h"
#include "report/document.h"

namespace inquest {

// The trace from its innermost frame: what only reports the fault is folded with a count, the function to
// blame and the one that faulted are marked.
Trace trace_block(const CrashEvent& event);
// A further stack, in which nobody is to blame.
Trace stack_block(const Stack& stack);

// Everything there is to say about one event: what happened, the issues that explain it, then the evidence.
std::vector<Section> event_sections(const Report& report, const CrashEvent& event);

Section issue_section(const IssueMatch& issue);

// What concerns the input as a whole: findings, all events, kernels, what could not be read.
std::vector<Section> report_sections(const Report& report, const std::vector<const CrashEvent*>& shown);

// The events that stand for themselves, the primary one first.
std::vector<const CrashEvent*> leading_events(const Report& report);

}  // namespace inquest
