#include "dataflow/member_at.h"

#include <algorithm>
#include <fmt/format.h>

namespace inquest::dataflow {
namespace {

// Of one search: bounds structures that hold themselves.
constexpr int kMostSteps = 4096, kMostLookedAt = 1 << 17, kDeepest = 64;
constexpr std::size_t kMostFound = 16;
constexpr std::uint64_t kWidestNumber = 8;

std::string dotted(const std::string& path, std::string_view member) {
    if (path.empty()) return std::string(member);
    return member.empty() ? path : path + "." + std::string(member);
}

bool is_aggregate(TypeKind kind) {
    return kind == TypeKind::structure || kind == TypeKind::union_type || kind == TypeKind::array;
}

}  // namespace

const std::vector<Member>& MemberFinder::members(TypeId type) {
    auto [known, is_new] = members_.try_emplace(type);
    if (is_new) known->second = types_.members(type);
    return known->second;
}

const std::vector<MemberAt>& MemberFinder::find(TypeId type, std::uint64_t offset, unsigned size,
                                                bool indexed) {
    auto [answer, is_new] = answers_.try_emplace({type, size, offset, indexed});
    if (!is_new) return answer->second;
    Search search{size, indexed, kMostSteps, kMostLookedAt, 0, {}};
    descend(type, offset, {}, {}, search);
    if (search.budget < 0 || search.members < 0) search.found.clear();  // what was not looked at may fit too
    // What an access takes as a whole is meant rather than what it takes a part of.
    auto whole = [](const MemberAt& member) { return !member.partial; };
    if (std::ranges::any_of(search.found, whole))
        std::erase_if(search.found, [&](const MemberAt& member) { return !whole(member); });
    return answer->second = std::move(search.found);
}

void MemberFinder::descend(TypeId type, std::uint64_t offset, std::string path, std::string name,
                           Search& search) {
    if (--search.budget < 0 || search.depth >= kDeepest || search.found.size() >= kMostFound) return;
    type = types_.resolve(type);
    const Type described = types_.type(type);
    const std::uint64_t size = types_.size_of(type);
    switch (described.kind) {
        case TypeKind::structure:
        case TypeKind::union_type:
            return into_members(type, offset, path, name, search);
        case TypeKind::array:
            return into_array(described, offset, path, name, search);
        default:
            break;
    }
    if (size == 0 || offset >= size || path.empty()) return;
    if (search.size > size - offset) return;  // reaches into the next member
    const bool partial = offset != 0 || (search.size != 0 && search.size != size);
    search.found.push_back({std::move(path), std::move(name), type, size, partial});
}

void MemberFinder::into_members(TypeId type, std::uint64_t offset, const std::string& path,
                                const std::string& name, Search& search) {
    const std::vector<Member>& all = members(type);  // stays where it is while others are asked for
    const std::uint64_t whole = types_.size_of(type);
    // atomic_t, spinlock_t: one number in several wrappings.
    const bool wraps_a_number =
        !name.empty() && offset == 0 && whole <= kWidestNumber && whole == search.size;
    ++search.depth;
    for (std::size_t i = 0; i < all.size() && --search.members >= 0; ++i) {
        const Member& member = all[i];
        const std::uint64_t start = member.bit_offset / 8;
        const std::uint64_t end = member.bit_size ? (member.bit_offset + member.bit_size + 7) / 8
                                                  : start + types_.size_of(member.type);
        // An array without a length goes on behind the structure; elsewhere it only marks a place.
        const bool flexible = end == start && i + 1 == all.size() &&
                              types_.type(types_.resolve(member.type)).kind == TypeKind::array;
        if (offset < start || (offset >= end && !flexible)) continue;
        std::string longer = dotted(path, member.name);
        std::string shorter = wraps_a_number ? name : dotted(name, member.name);
        if (!member.bit_size) {
            descend(member.type, offset - start, std::move(longer), std::move(shorter), search);
        } else if (!member.name.empty() && search.found.size() < kMostFound) {
            // Of several in these bytes the mask would tell, which nobody looks at: all are meant.
            search.found.push_back({std::move(longer), std::move(shorter), member.type, 0, true});
        }
    }
    --search.depth;
}

void MemberFinder::into_array(const Type& array, std::uint64_t offset, const std::string& path,
                              const std::string& name, Search& search) {
    const std::uint64_t each = types_.size_of(array.target);
    if (each == 0 || path.empty() || (array.count && offset / each >= array.count)) return;
    const std::string index = search.indexed ? "[]" : fmt::format("[{}]", offset / each);
    // Numbers and pointers are elements; of a structure in an array an index says which, not where in it.
    const bool deep = is_aggregate(types_.type(types_.resolve(array.target)).kind);
    const std::uint64_t inside = offset % each;
    const bool wide = search.size > each && !deep;  // a copy of several elements
    // Numbers without an end behind a structure are room for another's data (pci_host_bridge.private).
    const bool room = array.count == 0 && !search.indexed &&
                      types_.type(types_.resolve(array.target)).kind == TypeKind::integer;
    if (wide || room) return;
    descend(array.target, inside, path + index, name + index, search);
}

bool MemberFinder::begins_others(TypeId type) {
    if (!first_in_others_) {
        first_in_others_.emplace(types_.end());
        for (TypeId id = 1; id < types_.end(); ++id) {
            const TypeKind kind = types_.type(id).kind;
            if (kind != TypeKind::structure && kind != TypeKind::union_type) continue;
            for (const Member& member : types_.members(id)) {
                if (member.bit_offset != 0) break;
                const TypeId first = types_.resolve(member.type);
                if (first < first_in_others_->size()) (*first_in_others_)[first] = true;
            }
        }
    }
    return type < first_in_others_->size() && (*first_in_others_)[type];
}

}  // namespace inquest::dataflow
