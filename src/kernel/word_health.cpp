#include "kernel/word_health.h"

#include <algorithm>
#include <bit>
#include <fmt/format.h>

#include "base/text.h"

namespace inquest {
namespace {

// include/linux/poison.h, with CONFIG_ILLEGAL_POINTER_VALUE of x86-64 and arm64
constexpr std::uint64_t kPoisonBase = 0xdead000000000000, kPoisonEnd = kPoisonBase + 0x1000;
constexpr std::uint64_t kListPoison1 = kPoisonBase + 0x100, kListPoison2 = kPoisonBase + 0x122;
constexpr std::uint64_t kTimerStatic = kPoisonBase + 0x300, kTailMapping = kPoisonBase + 0x400;
constexpr std::uint64_t kLastPoison = 0x6b6b6b6b6b6b6ba5;
constexpr std::uint64_t kEveryByte = 0x0101010101010101;
constexpr std::uint64_t kFirstPage = 4096, kUserEnd = std::uint64_t{1} << 56;
constexpr std::uint64_t kFirstError = ~std::uint64_t{0} - 4094;  // IS_ERR_VALUE
constexpr std::uint64_t kNearModules = 1 << 26;

std::string error_text(std::uint64_t value) {
    return fmt::format("the error value {} in place of a pointer", static_cast<std::int64_t>(value));
}

}  // namespace

bool is_free(const Identity& identity) {
    return identity.state == ObjectState::free || identity.text.starts_with("FREE page");
}

bool is_list_poison(std::uint64_t value) { return value == kListPoison1 || value == kListPoison2; }

std::string poison_of(std::uint64_t value) {
    if (value == kListPoison1) return "LIST_POISON1, which deleting from a list leaves in it";
    if (value == kListPoison2) return "LIST_POISON2, which deleting from a list leaves in it";
    if (value >= kPoisonBase && value < kPoisonEnd && value != kTimerStatic && value != kTailMapping)
        return "a poison value of lists, with an offset";
    if (value == kLastPoison) return "slab poison, the end of a freed object";
    if (value != (value & 0xff) * kEveryByte) return "";
    switch (value & 0xff) {
        case 0x6b:
            return "slab poison of a freed object";
        case 0x5a:
            return "slab poison of an object that was never written since it was allocated";
        case 0xaa:
            return "poison of a freed page";
        case 0xbb:
        case 0xcc:
            return "the slab allocator's red zone, or poison of freed init memory";
        default:
            return "";
    }
}

std::string text_of(std::uint64_t value) {
    std::string text;
    for (int i = 0; i < 8; ++i, value >>= 8) {
        const char c = static_cast<char>(value & 0xff);
        if (c < ' ' || c > '~') return "";
        text += c;
    }
    return text;
}

bool WordJudge::is_address(std::uint64_t value) const {
    // Hardware tags may stand in bits 56 to 59 of arm64's; x86-64's upper half begins at ff00... with 5
    // levels.
    const std::uint64_t first = std::uint64_t{session_.arch().name == "x86_64" ? 0xffU : 0xf0U} << 56;
    return value >= first && value < kFirstError;
}

bool WordJudge::is_near_modules(std::uint64_t value) const {
    return std::ranges::any_of(code_.modules().modules, [value](const ModuleView& module) {
        return std::ranges::any_of(module.memory, [value](const ModuleMemory& memory) {
            return value - memory.address < kNearModules || memory.address - value < kNearModules;
        });
    });
}

std::optional<unsigned> WordJudge::flipped_bit(std::uint64_t value, std::string& object) {
    std::optional<unsigned> found;
    // A low bit leads into the same object or its neighbour, whatever the value was meant to be.
    constexpr unsigned kLowest = 40;
    for (unsigned bit = kLowest; bit < 64; ++bit) {
        const std::uint64_t meant = value ^ std::uint64_t{1} << bit;
        if (!is_address(meant)) continue;
        Identity identity = identifier_.identify(meant);
        if (identity.kind != AddressKind::slab || identity.state != ObjectState::allocated) continue;
        if (found) return std::nullopt;
        found = bit;
        object = std::move(identity.text);
    }
    return found;
}

Remark WordJudge::no_address(std::uint64_t value) {
    if (std::string text = text_of(value); !text.empty())
        return {Grade::wrong, fmt::format("text (\"{}\") where a pointer should be", text)};
    std::string object;
    if (auto bit = flipped_bit(value, object))
        return {Grade::wrong,
                fmt::format("no address; with bit {} changed it is that of an {}", *bit, object)};
    return {Grade::wrong, "no address at all"};
}

Remark WordJudge::pointer(std::uint64_t value, PointerUse use) {
    const bool functions = use == PointerUse::table || use == PointerUse::code;
    if (value == 0 || value == ~std::uint64_t{0} || value == kTimerStatic || value == kTailMapping) return {};
    // A link that is no list_head's or hlist_node's may have been deleted too.
    if (std::string poison = poison_of(value); !poison.empty())
        return {is_list_poison(value) && !functions ? Grade::odd : Grade::wrong, std::move(poison)};
    if (value >= kFirstError) return {functions ? Grade::wrong : Grade::odd, error_text(value)};
    if (value < kUserEnd) {
        // Members are no less typed for holding user addresses, offsets of per-CPU memory or small marks.
        if (!functions) return {};
        return value < kFirstPage ? Remark{Grade::odd, "a small number where a pointer should be"}
                                  : Remark{Grade::wrong,
                                           "an address of user space, or a number, in place of a pointer to "
                                           "functions of the kernel"};
    }
    if (!is_address(value)) return use == PointerUse::any ? Remark{} : no_address(value);
    if (use == PointerUse::code) return code_.is_text(value) ? Remark{} : not_code(value);
    if (use == PointerUse::table) return table(value);
    const Identity found = identifier_.identify(value);
    if (is_free(found)) return {Grade::odd, "points to memory that is free: " + found.text};
    if (found.kind != AddressKind::nothing || use == PointerUse::any || session_.read_as<char>(value))
        return {};
    std::string object;
    if (auto bit = flipped_bit(value, object))
        return {Grade::wrong,
                fmt::format("leads to no memory; with bit {} changed it is an {}", *bit, object)};
    return {Grade::odd, "leads to no memory that is known"};
}

Remark WordJudge::not_code(std::uint64_t value) {
    const Identity found = identifier_.identify(value);
    if (found.kind != AddressKind::nothing)
        return {Grade::wrong, "a function should be there, but it is: " + found.text};
    return {Grade::wrong, is_near_modules(value)
                              ? "where modules have their code, but no module that is loaded now"
                              : "no code is there"};
}

Remark WordJudge::table(std::uint64_t value) {
    const Identity found = identifier_.identify(value);
    switch (found.kind) {
        case AddressKind::symbol:
        case AddressKind::module:
        case AddressKind::vmalloc:
            return {Grade::fine, found.text};
        case AddressKind::nothing:
        case AddressKind::user:
            return not_code(value);
        default:
            // Some drivers make their tables at run time.
            return {is_free(found) ? Grade::wrong : Grade::odd,
                    "a table of functions is in the data of the kernel or of a module as a rule, this is: " +
                        found.text};
    }
}

WordJudge::Neighbour WordJudge::neighbour(std::uint64_t link, std::uint64_t word_at, std::uint64_t place) {
    Neighbour found;
    if (!is_address(link)) {
        found.known = true;
        return found;
    }
    const ReadOutcome outcome =
        session_.read(word_at, {reinterpret_cast<std::uint8_t*>(&found.word), sizeof found.word});
    found.there = outcome == ReadOutcome::present;
    found.known = found.there || outcome == ReadOutcome::unmapped;
    found.back = found.there && found.word == place;
    if (found.there && !found.back) {
        const Identity identity = identifier_.identify(link);
        if (is_free(identity)) found.text = ", in memory that is free: " + identity.text;
    }
    return found;
}

Remark WordJudge::list_head(std::uint64_t place, std::uint64_t next, std::uint64_t prev) {
    if (next == 0 && prev == 0) return {Grade::fine, "not initialised"};
    if (next == place && prev == place) return {Grade::fine, "empty, or on no list"};
    if (prev == kListPoison2 && (next == kListPoison1 || is_address(next)))
        return {Grade::fine, "deleted from its list"};
    for (std::uint64_t link : {next, prev})
        if (std::string poison = poison_of(link); !poison.empty()) return {Grade::wrong, std::move(poison)};
    if (next == 0 || prev == 0) return {Grade::odd, "one of the two links alone is NULL"};
    const Neighbour after = neighbour(next, next + 8, place), before = neighbour(prev, prev, place);
    for (const auto& [link, name, side] :
         {std::tuple(next, "next", &after), std::tuple(prev, "prev", &before)})
        if (side->known && !side->there) {
            if (is_address(link)) return {Grade::wrong, fmt::format("{} leads to no memory", name)};
            return {Grade::wrong, fmt::format("{}: {}", name, no_address(link).text)};
        }
    if (!after.known || !before.known) {
        const bool bad = (after.known && !after.back) || (before.known && !before.back);
        if (!bad) return {};
        return {Grade::odd, fmt::format("{} does not point back, the other link is not in the dump",
                                        after.known ? "next" : "prev")};
    }
    if (after.back && before.back) return {Grade::fine, next == prev ? "a list of one" : "linked"};
    auto instead = [](const char* path, const Neighbour& side) {
        return fmt::format("{} is {} instead of this{}", path, hex(side.word), side.text);
    };
    if (before.back) return {Grade::wrong, instead("next->prev", after)};
    if (after.back) return {Grade::wrong, instead("prev->next", before)};
    return {Grade::odd, "neither neighbour points back: taken off without being cleared, or overwritten; " +
                            instead("next->prev", after) + ", " + instead("prev->next", before)};
}

Remark WordJudge::hlist_node(std::uint64_t place, std::uint64_t next, std::uint64_t pprev) {
    if (pprev == 0) return {Grade::fine, "on no list"};
    if (pprev == kListPoison2) return {Grade::fine, "deleted from its list"};
    for (std::uint64_t link : {next, pprev})
        if (std::string poison = poison_of(link); !poison.empty()) return {Grade::wrong, std::move(poison)};
    const Neighbour before = neighbour(pprev, pprev, place);
    if (!is_address(pprev)) return {Grade::wrong, "pprev: " + no_address(pprev).text};
    if (before.known && !before.there) return {Grade::wrong, "pprev leads to no memory"};
    if (next != 0 && !is_address(next)) return {Grade::wrong, "next: " + no_address(next).text};
    const Neighbour after = next ? neighbour(next, next + 8, place) : Neighbour{};
    if (after.known && !after.there) return {Grade::wrong, "next leads to no memory"};
    if (!before.known) return {};
    if (before.back) {
        if (next == 0 || !after.known || after.back) return {Grade::fine, "linked"};
        return {Grade::wrong,
                fmt::format("next->pprev is {} instead of this{}", hex(after.word), after.text)};
    }
    return {after.back ? Grade::wrong : Grade::odd,
            fmt::format("*pprev is {} instead of this{}", hex(before.word), before.text)};
}

Remark WordJudge::refcount(std::uint32_t value, ObjectState state) {
    constexpr std::uint32_t kNegative = 0x80000000, kSaturated = 0xc0000000, kDrift = 0x01000000;
    if (value >= kSaturated - kDrift && value < kSaturated + kDrift)
        return {Grade::wrong, "saturated: it was raised from 0, dropped below 0, or ran over"};
    if (value >= kNegative) return {Grade::wrong, "below 0: more references were put than taken"};
    if (value == 0 && state == ObjectState::allocated)
        return {Grade::odd,
                "nobody holds a reference, yet the object is not free: it is on its way there, "
                "or used without one"};
    return {Grade::fine, "as many references"};
}

Remark WordJudge::owner(std::uint64_t task) {
    auto known = std::ranges::find(tasks_.tasks, task, &TaskView::address);
    if (known != tasks_.tasks.end())
        return {known->state == "DE" || known->state == "ZO" ? Grade::odd : Grade::fine,
                fmt::format("held by {} (PID {}), which {}", known->comm, known->pid,
                            known->state == "DE" || known->state == "ZO" ? "has exited"
                            : known->current ? "runs on CPU " + std::to_string(known->cpu)
                                             : "is in state " + known->state)};
    if (!is_address(task)) return {Grade::wrong, "its owner: " + no_address(task).text};
    const Identity found = identifier_.identify(task);
    if (found.cache == "task_struct" && found.state == ObjectState::allocated)
        return {Grade::odd, "its owner is a task that is not in the list of tasks"};
    return {Grade::wrong, "its owner is no task" + (is_free(found)       ? " any more: " + found.text
                                                    : found.text.empty() ? std::string()
                                                                         : ": " + found.text)};
}

}  // namespace inquest
