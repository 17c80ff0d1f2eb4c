// Control groups: the trees, what their members use, and what they are held to.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kernel/object.h"

namespace inquest {

// Bytes; a limit that is not set (PAGE_COUNTER_MAX) is nullopt.
struct CgroupMemory {
    std::uint64_t current = 0, minimum = 0, low = 0, peak = 0;
    std::optional<std::uint64_t> high, maximum, swap_maximum;
    std::uint64_t swap = 0;  // v1: memory and swap together (memsw)
    std::uint64_t high_events = 0, maximum_events = 0, oom_events = 0, oom_kills = 0;  // of it and all below
};

struct CgroupPids {
    std::uint64_t current = 0;
    std::optional<std::uint64_t> maximum;
};

struct CgroupView {
    std::uint64_t address = 0;
    std::string path;  // "/" for a root
    unsigned depth = 0;
    bool online = true;                  // false: removed, and kept by what its memory is still used for
    std::uint64_t tasks = 0;             // threads in it, those below not counted
    std::optional<CgroupMemory> memory;  // nullopt where the controller is not enabled, and for roots
    std::optional<CgroupPids> pids;
};

struct CgroupHierarchy {
    int id = 0;  // 0: the unified one (v2)
    bool unified = false;
    std::vector<std::string> controllers;
    std::string name;                // of a v1 hierarchy that was given one ("systemd")
    std::vector<CgroupView> groups;  // parents before their children
};

// The unified hierarchy and those of v1 that are mounted. Walks that break off are problems in `objects`.
std::vector<CgroupHierarchy> cgroups(Objects& objects);

// PIDs of the threads in one group.
std::vector<int> cgroup_members(Objects& objects, std::uint64_t cgroup);

}  // namespace inquest
