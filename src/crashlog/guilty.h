// Whom to blame: the first function of a trace that is not plumbing.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "model/event.h"
#include "model/symbol.h"

namespace inquest {

// Parts of function names: "kasan" stands anywhere in the name, "^kfree" at its start, "_trap$" at its end,
// "^down$" is the whole name.
using NamePatterns = std::span<const std::string_view>;
bool matches_any(std::string_view function, NamePatterns patterns);

// A function that reports, checks or carries on behalf of another: panic and BUG plumbing, dump_stack,
// sanitizers, lock and list primitives, string and user copies, allocators, refcounts, work queues, ...
bool is_plumbing(std::string_view function);

// A function that the compiler put into its caller: marked so, or decoded without an offset of its own.
bool is_inlined(const Frame& frame);

// The innermost frame that is no plumbing, reliable ones first; nullptr when all are. Inlined functions are
// passed over: only decoded logs show them, and a crash has the same culprit, title and signature decoded or
// not. `also` is plumbing for this kind of report.
const Frame* guilty_frame(std::span<const Frame> trace, NamePatterns also = {});

// The function that printed the report: the innermost frame that does not merely dump the stack.
const Frame* reporting_frame(std::span<const Frame> trace);

// Names the culprit.
void accuse(CrashEvent& event, const CodeRef& place, std::string reason);

// Sets event.guilty from ip and trace, with the reason in words. Leaves it empty when all is plumbing.
void blame(CrashEvent& event, NamePatterns also = {});

// The same for reports whose ip says nothing of the culprit (it only printed them): the trace alone counts.
void blame_trace(CrashEvent& event, std::span<const Frame> trace, NamePatterns also = {});

// For a CPU that was found in the middle of something long: the outermost function that is specific, that is
// the one called by a system call, an interrupt, a work queue or a file operation. `frames` innermost first.
void blame_stalled(CrashEvent& event, std::span<const Frame> frames, NamePatterns also = {});

// The same for the ip and the event's own trace.
void blame_stalled(CrashEvent& event, NamePatterns also = {});

// The function that a timer interrupt within the trace interrupted; nullptr when none shows.
const Frame* interrupted_frame(std::span<const Frame> trace);

// For a CPU that an interrupt found in a loop: what it was doing before the interrupt, in whichever of the
// traces shows one; else the ip and the event's own trace.
void blame_interrupted(CrashEvent& event, NamePatterns also = {});

// For a task that sleeps and is not woken: who called the sleeping primitives.
void blame_blocked(CrashEvent& event, std::span<const Frame> frames);

// Whom a person would look at first where a title, by convention, names somebody further out: the innermost
// function that neither sleeps nor serves others. A module's function is never passed over for its name.
void blame_innermost(CrashEvent& event, std::span<const Frame> frames, std::string reason);

// Sets event.signature and signature_loose: "kind|f1|f2|f3..." hashed to 16 hex digits, from bare names of
// the first frames that are no plumbing.
void sign(CrashEvent& event);

}  // namespace inquest
