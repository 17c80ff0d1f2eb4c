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

// Takes the address from the register that holds it on this architecture, where the header did not tell.
void find_fault_address(CrashEvent& event);

// "BUG: unable to handle kernel NULL pointer dereference in f", of an event that was blamed.
std::string fault_title(const CrashEvent& event);

// The kinds that a CPU exception opens.
bool is_oops(Kind kind);

// A header was read, but nothing of the body yet.
bool in_header(const CrashEvent& event);

// Records a fact once.
void note(CrashEvent& event, std::string_view name, std::string_view value, const Line& line);

}  // namespace inquest
