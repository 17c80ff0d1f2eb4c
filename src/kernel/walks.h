// Walking the kernel's containers. Whatever they do (run in circles, point nowhere, lead into missing pages),
// a walk ends and says why.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "debuginfo/types.h"

namespace inquest {

// The 8 bytes at an address, nullopt when they are not in the dump.
using ReadWord = std::function<std::optional<std::uint64_t>(std::uint64_t address)>;

inline constexpr std::size_t kMostWalked = 1 << 20;

struct WalkedEntry {
    std::uint64_t address = 0;          // of the structure; of a tree of pointers, the pointer stored
    std::uint64_t first = 0, last = 0;  // the indices that it stands at (xarray, maple tree)
    std::string position;               // "root/l/r" in a red-black tree
};

struct Walk {
    std::vector<WalkedEntry> entries;
    std::vector<std::string> problems;  // why it ended before its end
};

// Tells a walk that the user has had enough.
using Stopped = std::function<bool()>;

struct ListRequest {
    std::uint64_t start = 0;
    std::uint64_t offset = 0;                  // of the link in a structure
    bool embedded = false;                     // links point to links (list_head), not to structures
    bool head = false;                         // `start` is a list_head of its own, no entry
    bool reverse = false;                      // by `prev`, which follows `next`
    std::optional<std::uint64_t> head_offset;  // of the link in the first structure, where it differs
    std::optional<std::uint64_t> end;          // an entry or link to stop at
    std::size_t most = kMostWalked;            // then it simply ends
};
Walk walk_list(const ReadWord& read, const ListRequest& request, const Stopped& stopped);

// Nodes of a red-black tree below `node` (include/linux/rbtree.h), each as the structure `offset` bytes
// before it: parents first, or from left to right. A child that does not point back to its parent is a
// problem.
Walk walk_rbtree(const ReadWord& read, std::uint64_t node, std::uint64_t offset, bool sorted,
                 const Stopped& stopped);

// Entries of an XArray (or radix tree since 4.20) below `entry`, the value of xa_head, by index
// (include/linux/xarray.h).
Walk walk_xarray(const ReadWord& read, const Types& types, std::uint64_t entry, const Stopped& stopped);

// Entries of a maple tree below `root`, the value of ma_root (include/linux/maple_tree.h, since 6.1), by
// index.
Walk walk_maple_tree(const ReadWord& read, const Types& types, std::uint64_t root, const Stopped& stopped);

}  // namespace inquest
