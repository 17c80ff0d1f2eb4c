// What the readers of oopses share.
#pragma once

#include <string>
#include <string_view>

#include "crashlog/line.h"
#include "model/event.h"

namespace inquest {

// NULL pointer dereference, jump into the void or other bad address: what the kernel's wording, the address,
// the access and the place say together.
Kind kind_of_fault(const CrashEvent& event);

// An event that a CPU exception on a bad address or instruction opened.
bool is_oops(const CrashEvent& event);

// Records a fact once.
void note(CrashEvent& event, std::string_view name, std::string_view value, const Line& line);

// "0000 [#1] PREEMPT SMP": the error code and which oops of this boot it is.
void take_oops_code(std::string_view text, CrashEvent& event, const Line& line);

// The function where it happened, for titles: ip's, else the first frame that no plumbing is.
std::string title_place(const CrashEvent& event);

}  // namespace inquest
