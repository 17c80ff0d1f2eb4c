// Whom to blame: the first function of a trace that is not plumbing.
#pragma once

#include <span>
#include <string_view>

#include "model/event.h"
#include "model/symbol.h"

namespace inquest {

// A function that reports, checks or carries on behalf of another: panic and BUG plumbing, dump_stack,
// sanitizers, lock and list primitives, string and user copies, allocators, refcounts, work queues, ...
bool is_plumbing(std::string_view function);

// The innermost frame that is no plumbing, reliable ones first; nullptr when all are.
const Frame* guilty_frame(std::span<const Frame> trace);

// Sets event.guilty from ip and trace, with the reason in words.
void blame(CrashEvent& event);

// Sets event.signature and signature_loose: "kind|f1|f2|f3..." hashed to 16 hex digits, from bare names of the
// first frames that are no plumbing.
void sign(CrashEvent& event);

}  // namespace inquest
