// The idle tasks of a kernel whose per-CPU symbols are not known (CONFIG_KALLSYMS_ALL=n): they are on no
// list.
#pragma once

#include <cstdint>
#include <vector>

#include "kernel/session.h"

namespace inquest {

// Addresses of the task_structs of idle tasks that the registers in the dump's notes, or the stacks that
// these point to, refer to. Each says itself that it is "swapper/N" of CPU N.
std::vector<std::uint64_t> idle_tasks_in_notes(Session& session);

}  // namespace inquest
