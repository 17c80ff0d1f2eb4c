// Paths of files, as the kernel's d_path writes them.
#pragma once

#include <string>

#include "kernel/object.h"

namespace inquest {

// A place in the tree of mounted file systems: struct path.
struct FilePlace {
    Object mount;   // struct vfsmount
    Object dentry;  // struct dentry
};

// The struct path that lies in an object ("f_path", "root").
FilePlace place_in(const Object& object, std::string_view path);

// The path from `root` down to `place`, through mounts ("/disk/upper/file"); " (deleted)" behind it when the
// name is gone. Files without a name are called what the kernel calls them: "pipe:[4711]", "socket:[12]",
// "anon_inode:[eventpoll]", "/memfd:name (deleted)", "net:[4026531840]". A chain of parents that runs in a
// circle or breaks off is a problem in `objects`, and the path begins with "(broken)".
std::string path_of(Objects& objects, const FilePlace& place, const FilePlace& root);

// The same without a root to begin at, below the root of its file system ("/upper/file").
std::string path_in_filesystem(Objects& objects, const Object& dentry);

// Whether the place lies below `root`: /proc/mounts leaves out those that do not.
bool is_below(Objects& objects, const FilePlace& place, const FilePlace& root);

// dentry.d_name.
std::string name_of_dentry(Objects& objects, const Object& dentry);

}  // namespace inquest
