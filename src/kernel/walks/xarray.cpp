#include <algorithm>
#include <unordered_set>

#include "base/text.h"
#include "kernel/walks.h"

namespace inquest {
namespace {

// include/linux/xarray.h: xa_mk_internal() and what is built of it.
bool is_internal(std::uint64_t entry) { return (entry & 3) == 2; }
bool is_node(std::uint64_t entry) { return is_internal(entry) && entry > 4096; }

struct Node {
    std::uint64_t address, first;
    unsigned above;  // shift of its parent: shifts fall on the way down
};

}  // namespace

Walk walk_xarray(const ReadWord& read, const Types& types, std::uint64_t head, const Stopped& stopped) {
    Walk walk;
    auto shift_at = types.offset_of("xa_node", "shift"), slots_at = types.offset_of("xa_node", "slots");
    auto id = types.find_struct("xa_node");
    auto slots = id ? types.member(*id, "slots") : std::nullopt;
    const std::uint64_t count = slots ? types.type(types.resolve(slots->type)).count : 0;
    if (!shift_at || !slots_at || count == 0 || count > 4096) {
        walk.problems.emplace_back("the kernel's types do not tell how an xa_node is built");
        return walk;
    }
    if (!is_node(head)) {
        if (head && !is_internal(head)) walk.entries.push_back({head});
        return walk;
    }
    std::unordered_set<std::uint64_t> seen;
    std::vector<Node> open{{head - 2, 0, 64}};
    while (!open.empty()) {
        Node node = open.back();
        open.pop_back();
        if (stopped()) {
            walk.problems.push_back("stopped after " + std::to_string(walk.entries.size()) + " entries");
            break;
        }
        if (!seen.insert(node.address).second || seen.size() > kMostWalked) {
            walk.problems.push_back("the tree runs in a circle, or is too large, at " + hex(node.address));
            continue;
        }
        const std::uint64_t byte = node.address + *shift_at;
        auto word = read(byte & ~std::uint64_t{7});
        const auto shift = static_cast<std::uint8_t>(word.value_or(0) >> (byte & 7) * 8);
        if (!word || shift >= node.above) {
            walk.problems.push_back("the node at " + hex(node.address) +
                                    " is not in the dump, or no node; what is below it is missing");
            continue;
        }
        const std::size_t before = open.size();
        for (std::uint64_t i = 0; i < count; ++i) {
            auto entry = read(node.address + *slots_at + i * 8);
            if (!entry) {
                walk.problems.push_back("part of the node at " + hex(node.address) + " is not in the dump");
                break;
            }
            const std::uint64_t index = node.first + (i << shift);
            if (is_node(*entry) && shift > 0) {
                open.push_back({*entry - 2, index, shift});
            } else if (*entry && !is_internal(*entry)) {  // siblings, retry and zero entries are none
                walk.entries.push_back({*entry, index, index});
            }
            if (walk.entries.size() >= kMostWalked) {
                walk.problems.push_back("more than " + std::to_string(kMostWalked) + " entries");
                return walk;
            }
        }
        std::reverse(open.begin() + static_cast<std::ptrdiff_t>(before), open.end());
    }
    return walk;
}

}  // namespace inquest
