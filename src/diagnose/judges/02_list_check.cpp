// The kernel's own check of a list failed: which entry it is, and what is wrong with it.
#include <array>
#include <fmt/format.h>

#include "base/text.h"
#include "diagnose/scene.h"

namespace inquest {
namespace {

using namespace diagnose;

// lib/list_debug.c; the longer names since 6.6 (b16c42c8fde8).
constexpr std::array<std::string_view, 2> kRemoving{"__list_del_entry_valid",
                                                    "__list_del_entry_valid_or_report"};
constexpr std::array<std::string_view, 2> kAdding{"__list_add_valid", "__list_add_valid_or_report"};
// include/linux/poison.h, with CONFIG_ILLEGAL_POINTER_VALUE of x86-64 and arm64.
constexpr std::uint64_t kPoison1 = 0xdead000000000100, kPoison2 = 0xdead000000000122;

struct Wrong {
    std::string text, member;
    std::uint64_t offset = 0;
};

// Which of the conditions that are checked does not hold, in the order of the checks.
std::optional<Wrong> wrong_entry(const Session& session, std::uint64_t entry) {
    auto next = session.read_pointer(entry), prev = session.read_pointer(entry + 8);
    if (!next || !prev) return std::nullopt;
    if (*next == kPoison1 || *prev == kPoison2)
        return Wrong{"it had been removed from its list before (LIST_POISON in it)",
                     *next == kPoison1 ? "next" : "prev",
                     *next == kPoison1 ? std::uint64_t{0} : std::uint64_t{8}};
    auto back = session.read_pointer(*next + 8), forth = session.read_pointer(*prev);
    if (forth && *forth != entry)
        return Wrong{fmt::format("prev is {}, whose next is {}", hex(*prev), hex(*forth)), "prev", 8};
    if (back && *back != entry)
        return Wrong{fmt::format("next is {}, whose prev is {}", hex(*next), hex(*back)), "next", 0};
    if (!forth) return Wrong{fmt::format("prev is {}, where nothing can be read", hex(*prev)), "prev", 8};
    if (!back) return Wrong{fmt::format("next is {}, where nothing can be read", hex(*next)), "next", 0};
    return std::nullopt;
}

std::optional<Wrong> wrong_place(const Session& session, std::uint64_t added, std::uint64_t prev,
                                 std::uint64_t next) {
    auto back = session.read_pointer(next + 8), forth = session.read_pointer(prev);
    // Since 4.10 both are checked for NULL first (0cd340dcb05c checks further since 6.1).
    if (next == 0 || prev == 0)
        return Wrong{
            fmt::format("the link {} of its new neighbour is NULL: that list was never initialised, or was "
                        "overwritten",
                        next == 0 ? "next" : "prev"),
            next == 0 ? "next" : "prev", next == 0 ? std::uint64_t{0} : std::uint64_t{8}};
    if (added == prev || added == next) return Wrong{"it was on that list already", "next", 0};
    if (back && *back != prev)
        return Wrong{
            fmt::format("the entry behind it, {}, has {} as prev, not {}", hex(next), hex(*back), hex(prev)),
            "prev", 8};
    if (forth && *forth != next)
        return Wrong{fmt::format("the entry in front of it, {}, has {} as next, not {}", hex(prev),
                                 hex(*forth), hex(next)),
                     "next", 0};
    return std::nullopt;
}

bool judge(Scene& scene) {
    const auto removing = find_frame(scene, kRemoving), adding = find_frame(scene, kAdding);
    if (!removing && !adding) return false;
    const std::size_t frame = removing ? *removing : *adding;
    auto entry = scene.frames.argument(frame, 1);
    if (!entry) return false;
    const Session& session = scene.input.session;
    std::optional<Wrong> wrong;
    std::uint64_t damaged = entry->value;
    if (removing) {
        wrong = wrong_entry(session, entry->value);
    } else if (auto prev = scene.frames.argument(frame, 2), next = scene.frames.argument(frame, 3);
               prev && next) {
        wrong = wrong_place(session, entry->value, prev->value, next->value);
        if (wrong && (next->value == 0 || prev->value == 0))
            damaged = next->value == 0 ? prev->value : next->value;
        else if (wrong && entry->value != prev->value && entry->value != next->value)
            damaged = wrong->offset ? next->value : prev->value;
    }
    if (!wrong) return false;
    const Identity found = scene.identifier.identify(damaged);
    std::string who;
    for (std::size_t i = frame + 1; i < scene.frames.frames().size() && who.empty(); ++i)
        who = function_of(scene, i);
    conclude(scene,
             fmt::format("{} {} a list entry at {}: {}", who.empty() ? "the kernel" : who,
                         removing ? "removed" : "added", hex(entry->value), wrong->text),
             Cause::list_corruption, 0.9);
    Verdict& verdict = scene.event.verdict;
    verdict.object = {.address = damaged, .type = "struct list_head", .cache = found.cache, .state = {}};
    if (found.kind == AddressKind::slab) verdict.object.state = name_of(found.state);
    verdict.member = {.path = wrong->member, .offset = wrong->offset};
    verdict.evidence.push_back({fmt::format("{}: {}", hex(damaged), found.text), "memory of the dump"});
    suspect_frame(scene, frame + 1);
    return true;
}

}  // namespace

extern const Judge plugin_judges_02_list_check;
const Judge plugin_judges_02_list_check{"list-check", judge};

}  // namespace inquest
