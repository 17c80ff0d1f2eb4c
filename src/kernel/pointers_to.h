// Who points to an object: a search through what the kernel keeps its pointers in.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "kernel/code_map.h"
#include "kernel/session.h"
#include "kernel/subsystems/task.h"

namespace inquest {

struct PointerRequest {
    std::uint64_t address = 0, size = 8;  // a pointer leads anywhere into these bytes
    std::size_t most_pages = 20000;       // to be read
    std::size_t most_hits = 64;
    // Stack pointers of tasks, by the lowest address of their stacks, that are not read from their
    // task_struct: of those that ran.
    std::map<std::uint64_t, std::uint64_t> stack_pointers = {};
};

struct PointerHit {
    std::uint64_t place = 0, value = 0;
};

struct PointerSearch {
    std::vector<PointerHit> hits;
    std::size_t pages = 0;            // that were searched
    bool enough = false;              // it ended at most_hits
    std::vector<std::string> limits;  // what was not searched, a sentence each
};

// Searches stacks of tasks (of those that sleep, what is above their stack pointer), the CPUs' own memory,
// data of modules and of the kernel, then slabs, until the pages are used up. The object itself is left out.
PointerSearch find_pointers_to(Session& session, const CodeMap& code, const TaskList& tasks,
                               const PointerRequest& request);

}  // namespace inquest
