#include <unordered_set>

#include "base/text.h"
#include "kernel/walks.h"

namespace inquest {
namespace {

// include/linux/rbtree_types.h: struct rb_node, the same since 2.6.
constexpr std::uint64_t kRight = 8, kLeft = 16;
constexpr std::size_t kDeepest = 128;  // a red-black tree of 2^60 nodes is no deeper

struct Node {
    std::uint64_t address, parent;
    std::string position;
    bool opened = false;  // its left side has been walked
};

}  // namespace

Walk walk_rbtree(const ReadWord& read, std::uint64_t root, std::uint64_t offset, bool sorted,
                 const Stopped& stopped) {
    Walk walk;
    std::unordered_set<std::uint64_t> seen;
    std::vector<Node> open;
    auto visit = [&](std::uint64_t address, const Node* parent, std::string position) {
        if (address == 0) return;
        if (!seen.insert(address).second) {
            walk.problems.push_back("the tree runs in a circle: " + hex(parent->address) + " leads back to " +
                                    hex(address));
        } else if (open.size() >= kDeepest || seen.size() > kMostWalked) {
            walk.problems.push_back("the tree is too large or too deep to be one; it is cut at " +
                                    hex(address));
        } else {
            open.push_back({address, parent ? parent->address : 0, std::move(position)});
        }
    };
    visit(root, nullptr, "root");
    while (!open.empty()) {
        if (stopped()) {
            walk.problems.push_back("stopped after " + std::to_string(walk.entries.size()) + " entries");
            break;
        }
        Node node = std::move(open.back());
        open.pop_back();
        auto parent_and_colour = read(node.address);
        auto left = read(node.address + kLeft), right = read(node.address + kRight);
        if (!parent_and_colour || !left || !right) {
            walk.problems.push_back("the node at " + hex(node.address) +
                                    " is not in the dump; what is below it is missing");
            continue;
        }
        if (!node.opened && node.parent && (*parent_and_colour & ~std::uint64_t{3}) != node.parent)
            walk.problems.push_back("the node at " + hex(node.address) +
                                    " does not point back to its parent " + hex(node.parent));
        if (!sorted) {
            walk.entries.push_back({node.address - offset, 0, 0, node.position});
            visit(*right, &node, node.position + "/r");
            visit(*left, &node, node.position + "/l");
        } else if (!node.opened) {
            node.opened = true;
            open.push_back(node);
            visit(*left, &node, node.position + "/l");
        } else {
            walk.entries.push_back({node.address - offset, 0, 0, node.position});
            visit(*right, &node, node.position + "/r");
        }
    }
    return walk;
}

}  // namespace inquest
