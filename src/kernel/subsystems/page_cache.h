// The page cache by file: what is cached, and which processes use it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kernel/object.h"
#include "kernel/subsystems/task.h"

namespace inquest {

struct FileUser {
    int pid = 0;  // of the process
    std::string comm;
    bool open = false, mapped = false;  // by a descriptor, in its memory
};

struct CachedFile {
    std::uint64_t inode = 0, mapping = 0;  // struct inode, struct address_space
    std::uint64_t inode_number = 0;
    std::uint64_t pages = 0;  // address_space.nrpages: of 4 kB each, whatever the folios' size
    std::uint64_t size = 0;   // of the file, bytes
    std::string filesystem;   // its type: "ext4", "tmpfs"; "bdev" of what is cached of a device itself
    std::string device;       // "vda1", or what else the superblock is called
    unsigned major = 0, minor = 0;
    // As PID 1 sees it; "(no name in memory)" when the dentry is gone, "(ext4 vda1):/a/b" of a file system
    // that PID 1 does not see.
    std::string path;
    std::vector<FileUser> users;  // by PID
};

struct PageCache {
    std::uint64_t pages = 0;              // of all files, without those of block devices
    std::uint64_t device_pages = 0;       // of block devices: what /proc/meminfo calls Buffers
    std::uint64_t inodes = 0, files = 0;  // that are in memory; those of them with cached pages
    std::vector<CachedFile> largest;      // most pages first
    bool complete = true;                 // false: inodes may be missing, for the reason in `problems`
};

// The `most` files with the most pages. Pages of hugetlbfs are no page cache; those of swap have no file.
// Lists that break off are problems in `objects`.
PageCache page_cache(Objects& objects, const TaskList& tasks, std::size_t most);

}  // namespace inquest
