// Mounts and mount namespaces.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kernel/object.h"
#include "kernel/subsystems/dentry.h"
#include "kernel/subsystems/task.h"

namespace inquest {

struct MountView {
    std::uint64_t mount = 0, superblock = 0;
    int id = 0, parent = 0;          // as in /proc/PID/mountinfo
    std::string type, source, on;    // "ext4", "/dev/vda1", "/var"
    std::string root;                // the directory of its file system that it shows: "/" or what is bound
    unsigned major = 0, minor = 0;   // of the file system
    std::string options;             // as /proc/mounts prints them: "rw,relatime,size=4k"
    bool options_complete = true;    // false: the file system has options that are not read
    bool visible = true;             // false: not below the root of the namespace's processes
    int peer_group = 0, master = 0;  // shared:N, master:N of mountinfo; 0: none
};

struct MountNamespace {
    std::uint64_t address = 0;
    std::uint64_t inum = 0;  // as /proc/PID/ns/mnt shows it; 0 when it cannot be read
    TaskView task;           // of the processes in it the one with the lowest PID
    std::size_t processes = 0;
    std::uint64_t count = 0;        // of mounts, as the namespace itself counts
    std::vector<MountView> mounts;  // in the order of /proc/mounts
};

// Every namespace that a process is in, its mounts left empty.
std::vector<MountNamespace> mount_namespaces(Objects& objects, const TaskList& tasks);

// Fills in the mounts. A list or tree that breaks off, or another number than the namespace counts, is a
// problem in `objects`.
void read_mounts(Objects& objects, MountNamespace& space);

// What a task takes for "/".
FilePlace root_of(Objects& objects, std::uint64_t task);

}  // namespace inquest
