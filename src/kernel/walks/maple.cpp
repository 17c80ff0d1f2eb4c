#include <algorithm>
#include <unordered_set>

#include "base/text.h"
#include "kernel/walks.h"

namespace inquest {
namespace {

// lib/maple_tree.c: a pointer to a node carries its type in bits 3 to 6; nodes are aligned to 256 bytes.
enum NodeType : unsigned { kDense, kLeaf64, kRange64, kArange64 };
constexpr std::uint64_t kNodeMask = ~std::uint64_t{0xff};
bool is_node(std::uint64_t entry) { return (entry & 3) == 2 && entry > 4096; }
unsigned type_of(std::uint64_t entry) { return entry >> 3 & 0xf; }

struct NodeLayout {
    std::uint64_t pivots_at = 0, slots_at = 0, pivots = 0, slots = 0;
};

std::optional<NodeLayout> layout_of(const Types& types, std::string_view name) {
    auto id = types.find_struct(name);
    auto pivots = id ? types.member(*id, "pivot") : std::nullopt,
         slots = id ? types.member(*id, "slot") : std::nullopt;
    if (!pivots || !slots) return std::nullopt;
    return NodeLayout{pivots->offset, slots->offset, types.type(types.resolve(pivots->type)).count,
                      types.type(types.resolve(slots->type)).count};
}

struct Node {
    std::uint64_t entry, first, last;
};

}  // namespace

Walk walk_maple_tree(const ReadWord& read, const Types& types, std::uint64_t root, const Stopped& stopped) {
    Walk walk;
    auto range = layout_of(types, "maple_range_64"), arange = layout_of(types, "maple_arange_64");
    if (!range || !arange || range->slots > 64 || arange->slots > 64) {
        walk.problems.emplace_back("the kernel's types do not tell how a maple tree is built");
        return walk;
    }
    if (!is_node(root)) {
        if (root && (root & 3) != 2) walk.entries.push_back({root});
        return walk;
    }
    std::unordered_set<std::uint64_t> seen;
    std::vector<Node> open{{root, 0, UINT64_MAX}};
    while (!open.empty()) {
        const Node node = open.back();
        open.pop_back();
        const std::uint64_t address = node.entry & kNodeMask;
        const unsigned type = type_of(node.entry);
        if (stopped()) {
            walk.problems.push_back("stopped after " + std::to_string(walk.entries.size()) + " entries");
            break;
        }
        if (!seen.insert(address).second || seen.size() > kMostWalked) {
            walk.problems.push_back("the tree runs in a circle, or is too large, at " + hex(address));
            continue;
        }
        if (type == kDense || type > kArange64) {
            walk.problems.push_back("the node at " + hex(address) +
                                    " has a type that is not known: " + std::to_string(type));
            continue;
        }
        const NodeLayout& layout = type == kArange64 ? *arange : *range;
        const std::size_t before = open.size();
        std::uint64_t first = node.first;
        for (std::uint64_t i = 0; i < layout.slots; ++i) {
            auto entry = read(address + layout.slots_at + i * 8);
            auto pivot = i < layout.pivots ? read(address + layout.pivots_at + i * 8) : node.last;
            if (!entry || !pivot) {
                walk.problems.push_back("the node at " + hex(address) +
                                        " is not in the dump; what is below it is missing");
                break;
            }
            // A pivot of 0 behind the first ends a node that is not full.
            const std::uint64_t last = i > 0 && *pivot == 0 ? node.last : *pivot;
            if (last < first || last > node.last) {
                walk.problems.push_back("the ranges of the node at " + hex(address) + " are not in order");
                break;
            }
            if (type == kLeaf64 && *entry) {
                walk.entries.push_back({*entry, first, last});
            } else if (type != kLeaf64 && *entry) {
                open.push_back({*entry, first, last});
            }
            if (last >= node.last) break;
            first = last + 1;
        }
        std::reverse(open.begin() + static_cast<std::ptrdiff_t>(before), open.end());
    }
    return walk;
}

}  // namespace inquest
