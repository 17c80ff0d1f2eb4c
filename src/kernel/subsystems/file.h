// Open files.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "kernel/object.h"
#include "kernel/subsystems/dentry.h"

namespace inquest {

struct OpenFile {
    unsigned fd = 0;
    std::uint64_t file = 0, dentry = 0, inode = 0;
    std::uint64_t inode_number = 0;
    std::string type;  // "REG", "DIR", "CHR", "BLK", "FIFO", "SOCK", "LNK", "ANON"; "?" when it is not known
    std::string path;  // as readlink of /proc/PID/fd/FD has it
    bool deleted = false;
    std::int64_t position = 0;
    std::uint64_t flags = 0;  // O_*, O_CLOEXEC as the descriptor has it: fdinfo's
    int mount = 0;            // mnt_id
};

struct TaskFiles {
    std::string root, cwd;        // "" for a task without any (a kernel thread that exits)
    std::vector<OpenFile> files;  // by descriptor
    std::uint64_t table = 0;      // struct files_struct; 0 for a task that has none any more
};

// What a task has open. Paths begin at the root of PID 1, as an administrator sees them, or at the top of
// another mount namespace. What cannot be read is a problem in `objects`.
TaskFiles open_files(Objects& objects, std::uint64_t task);

// Calls `visit` for each descriptor of a table (struct files_struct) that is in use, by number.
void each_open_file(Objects& objects, const Object& files,
                    const std::function<void(unsigned fd, const Object& file, bool closes_on_exec)>& visit);

// The root of PID 1, at which paths begin.
FilePlace first_root(Objects& objects);

// "REG", "DIR", ... of an inode.
std::string inode_type(const Object& inode);

// The path at which an administrator sees a file (struct file).
std::string path_of_file(Objects& objects, const Object& file);

}  // namespace inquest
