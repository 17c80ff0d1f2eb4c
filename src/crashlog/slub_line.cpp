#include "crashlog/slub_line.h"

#include <algorithm>

#include "crashlog/header.h"

namespace inquest {
namespace {

constexpr std::size_t kLongestName = 128;

constexpr std::string_view kComplaints[] = {
    "Poison overwritten",  "Redzone overwritten", "Padding overwritten",    "Object padding overwritten",
    "Object already free", "Freepointer corrupt", "Invalid object pointer", "Freechain corrupt",
    "Wrong object count",  "Objects remaining"};

bool is_known(std::string_view complaint) {
    return std::ranges::any_of(kComplaints, [&](auto known) { return complaint.starts_with(known); });
}

}  // namespace

std::optional<SlubLine> parse_slub_line(const Line& line) {
    auto scan = after_header(line, "BUG ");
    if (!scan) return std::nullopt;
    SlubLine read;
    read.cache = scan->take_while([](char c) { return !is_space(c) && c != ':' && c != '('; });
    if (read.cache.empty() || read.cache.size() > kLongestName) return std::nullopt;
    if (scan->literal("(")) {
        const auto group = scan->until(")");
        if (!group) return std::nullopt;
        read.group = *group;
    }
    if (scan->literal(" (Tainted: ") || scan->literal(" (Not tainted")) {
        if (!scan->until("): ")) return std::nullopt;
        read.complaint = trim(scan->rest());
        return read;
    }
    if (!scan->literal(": ") || !is_known(scan->rest())) return std::nullopt;
    read.complaint = trim(scan->rest());
    return read;
}

}  // namespace inquest
