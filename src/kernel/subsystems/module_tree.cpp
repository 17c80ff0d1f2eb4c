#include "kernel/subsystems/module_tree.h"

#include <algorithm>

#include "kernel/walks.h"

namespace inquest {

std::optional<std::vector<std::uint64_t>> modules_by_address(Session& session) {
    const Types* types = session.types();
    auto root = session.symbols().address_of("mod_tree");
    if (!types || !root) return std::nullopt;
    // kernel/module/internal.h: struct mod_tree_root begins with its latch_tree_root; each node stands in two
    // trees, of which the sequence count names the one that is not being changed
    // (include/linux/rbtree_latch.h).
    auto sequence_at = types->offset_of("latch_tree_root", "seq"),
         trees_at = types->offset_of("latch_tree_root", "tree"),
         node_at = types->offset_of("mod_tree_node", "node"),
         module_at = types->offset_of("mod_tree_node", "mod");
    const std::uint64_t node_size = types->size_of(types->find_struct("rb_node").value_or(0));
    if (!sequence_at || !trees_at || !node_at || !module_at || !node_size) return std::nullopt;
    auto sequence = session.read_as<std::uint32_t>(*root + *sequence_at);
    const std::uint64_t index = sequence.value_or(0) & 1;
    auto top = session.read_pointer(*root + *trees_at + index * 8);
    if (!sequence || !top) return std::nullopt;
    Walk walk = walk_rbtree([&](std::uint64_t address) { return session.read_pointer(address); }, *top,
                            *node_at + index * node_size, false, [] { return false; });
    if (!walk.problems.empty()) return std::nullopt;
    std::vector<std::uint64_t> modules;
    for (const WalkedEntry& node : walk.entries) {
        auto module = session.read_pointer(node.address + *module_at);
        if (!module) return std::nullopt;
        if (*module) modules.push_back(*module);
    }
    std::ranges::sort(modules);
    modules.erase(std::ranges::unique(modules).begin(), modules.end());
    return modules;
}

}  // namespace inquest
