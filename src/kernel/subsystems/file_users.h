// Which processes use a file: by a descriptor, or in their memory.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "kernel/object.h"
#include "kernel/subsystems/page_cache.h"
#include "kernel/subsystems/task.h"

namespace inquest {

class FileUsers {
  public:
    // Reads every process' table of open files. `tasks` must outlive it.
    FileUsers(Objects& objects, const TaskList& tasks);

    // Of the file whose cache is this address_space, by PID. Of an overlay's file the one below it counts,
    // which holds the pages.
    [[nodiscard]] std::vector<FileUser> of(Objects& objects, std::uint64_t mapping) const;

  private:
    std::unordered_map<std::uint64_t, std::vector<const TaskView*>> open_;          // by address_space
    std::unordered_map<std::uint64_t, std::vector<const TaskView*>> processes_of_;  // by mm_struct
};

}  // namespace inquest
