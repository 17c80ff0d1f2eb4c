#include <unordered_set>

#include "base/text.h"
#include "kernel/walks.h"

namespace inquest {
namespace {

// include/linux/poison.h with POISON_POINTER_DELTA of 64-bit kernels.
constexpr std::uint64_t kPoison1 = 0xdead000000000100, kPoison2 = 0xdead000000000122;

std::string after(std::size_t count) { return " after " + std::to_string(count) + " entries"; }

}  // namespace

Walk walk_list(const ReadWord& read, const ListRequest& request, const Stopped& stopped) {
    Walk walk;
    std::unordered_set<std::uint64_t> seen;
    const std::uint64_t first =
        request.start + (request.head ? 0 : request.head_offset.value_or(request.offset));
    if (!request.head) walk.entries.push_back({request.start});
    for (std::uint64_t link = first; walk.entries.size() < request.most;) {
        if (stopped()) {
            walk.problems.push_back("stopped" + after(walk.entries.size()));
            break;
        }
        auto next = read(link + (request.reverse ? 8 : 0));
        if (!next) {
            walk.problems.push_back("the link at " + hex(link) + " is not in the dump: the list breaks off" +
                                    after(walk.entries.size()));
            break;
        }
        if (*next == kPoison1 || *next == kPoison2) {
            walk.problems.push_back("the link at " + hex(link) +
                                    " is list poison: what holds it was deleted from its list");
            break;
        }
        const std::uint64_t entry = request.embedded ? *next - request.offset : *next;
        if (*next == first || (!request.embedded && *next == request.start)) break;
        if (request.end && (*request.end == *next || *request.end == entry)) break;
        if (*next == 0) {
            if (request.embedded)
                walk.problems.push_back("the link at " + hex(link) +
                                        " is NULL: a list of list_heads ends where it begins");
            break;
        }
        if (!seen.insert(*next).second) {
            walk.problems.push_back("the list runs in a circle: " + hex(link) + " points back to " +
                                    hex(*next));
            break;
        }
        if (walk.entries.size() >= kMostWalked) {
            walk.problems.push_back("the list is longer than " + std::to_string(kMostWalked) + " entries");
            break;
        }
        walk.entries.push_back({entry});
        link = request.embedded ? *next : *next + request.offset;
    }
    return walk;
}

}  // namespace inquest
