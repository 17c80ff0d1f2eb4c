#include "types.h"

#include <algorithm>
#include <dwarf.h>
#include <span>
#include <string_view>
#include <unordered_map>

namespace referee {
namespace {

constexpr int kDeepest = 24;  // of pointers, arrays and members within each other; the kernel has about ten

struct Member {
    std::string name;
    Dwarf_Die type;  // bare
    std::string type_name;
    std::int64_t offset, size;  // size 0: an array without bound, or nothing
    bool bits = false;
};

std::optional<std::int64_t> number(Dwarf_Die die, unsigned attribute) {
    Dwarf_Attribute found;
    Dwarf_Word value = 0;
    if (!dwarf_attr_integrate(&die, attribute, &found) || dwarf_formudata(&found, &value) != 0)
        return std::nullopt;
    return static_cast<std::int64_t>(value);
}

std::string own_name(Dwarf_Die die) {
    const char* name = dwarf_diename(&die);
    return name ? name : "";
}

bool is_structure(Dwarf_Die type) {
    int tag = dwarf_tag(&type);
    return tag == DW_TAG_structure_type || tag == DW_TAG_union_type;
}

std::int64_t size_of(Dwarf_Die type) {
    Dwarf_Word size = 0;
    return dwarf_aggregate_size(&type, &size) == 0 ? static_cast<std::int64_t>(size) : 0;
}

// A bit-field's place in bits from the structure's start: DWARF 5's attribute, or DWARF 2's three that count
// from the storage unit's most significant bit.
std::optional<std::int64_t> first_bit(Dwarf_Die die, std::int64_t location, std::int64_t width,
                                      Dwarf_Die type) {
    if (auto bit = number(die, DW_AT_data_bit_offset)) return bit;
    auto from_top = number(die, DW_AT_bit_offset);
    if (!from_top) return std::nullopt;
    std::int64_t unit = number(die, DW_AT_byte_size).value_or(size_of(type));
    return (location + unit) * 8 - *from_top - width;
}

std::vector<Member> read_members(Dwarf_Die structure) {
    std::vector<Member> members;
    Dwarf_Die child;
    if (dwarf_child(&structure, &child) != 0) return members;
    do {
        if (dwarf_tag(&child) != DW_TAG_member) continue;
        Member member{own_name(child), {}, {}, 0, 0};
        auto type = bare_type(child, &member.type_name);
        if (!type) continue;
        member.type = *type;
        member.type_name = name_of_type(*type, member.type_name);
        member.offset = number(child, DW_AT_data_member_location).value_or(0);
        member.size = size_of(*type);
        if (auto width = number(child, DW_AT_bit_size)) {
            auto bit = first_bit(child, member.offset, *width, *type);
            if (!bit || *width == 0) continue;
            member.bits = true;
            member.offset = *bit / 8;
            member.size = (*bit + *width + 7) / 8 - member.offset;
        }
        members.push_back(std::move(member));
    } while (dwarf_siblingof(&child, &child) == 0);
    return members;
}

// Read once each: a few structures are behind most operands.
const std::vector<Member>& members_of(Dwarf_Die structure) {
    static std::unordered_map<const void*, std::vector<Member>> known;
    auto [place, added] = known.try_emplace(structure.addr);
    if (added) place->second = read_members(structure);
    return place->second;
}

std::string joined(const std::string& path, const std::string& name) {
    return path.empty() || name.empty() ? path + name : path + "." + name;
}

class Finder {
  public:
    explicit Finder(const Access& access) : access_(access) {}

    void look(Dwarf_Die structure, std::int64_t start, const std::string& path, int depth) {
        if (depth > kDeepest) return;
        const auto& members = members_of(structure);
        bool covered = false;
        for (const Member& member : members) {
            std::int64_t first = start + member.offset, end = first + member.size;
            // The instruction may take a whole storage unit for one bit-field of it.
            bool inside = member.bits ? first < access_.offset + access_.size && access_.offset < end
                                      : first <= access_.offset && access_.offset < end;
            if (!inside) continue;
            covered = true;
            enter(member.type, first, joined(path, member.name), depth + 1);
        }
        if (covered || members.empty()) return;
        // Behind the last member may be more: a flexible array has no size, nor has a structure ending in
        // one.
        const bool any = dwarf_tag(&structure) == DW_TAG_union_type;
        for (const Member& member : std::span(members).last(any ? members.size() : 1)) {
            if (access_.offset < start + member.offset) continue;
            Dwarf_Die type = member.type;
            if (is_structure(type) || (dwarf_tag(&type) == DW_TAG_array_type && member.size == 0))
                enter(type, start + member.offset, joined(path, member.name), depth + 1);
        }
    }

    std::vector<std::string> take() {
        std::ranges::sort(found_);
        auto rest = std::ranges::unique(found_);
        found_.erase(rest.begin(), rest.end());
        return std::move(found_);
    }

  private:
    void enter(Dwarf_Die type, std::int64_t start, const std::string& path, int depth) {
        if (is_structure(type)) return look(type, start, path, depth);
        if (dwarf_tag(&type) != DW_TAG_array_type) return found_.push_back(path);
        auto element = bare_type(type);
        if (!element || depth > kDeepest) return;
        std::int64_t size = size_of(*element), into = access_.offset - start;
        enter(*element, size > 0 ? start + into / size * size : start, path + "[]", depth + 1);
    }

    const Access& access_;
    std::vector<std::string> found_;
};

std::string_view next_component(std::string_view& path) {
    auto dot = path.find('.');
    std::string_view component = path.substr(0, dot);
    path = dot == path.npos ? std::string_view() : path.substr(dot + 1);
    return component.substr(0, component.find('['));
}

bool follow(Dwarf_Die structure, std::int64_t start, std::string_view path, std::vector<Passed>& passed,
            int depth) {
    if (depth > kDeepest) return false;
    std::string_view rest = path;
    std::string_view component = next_component(rest);
    for (const Member& member : members_of(structure)) {
        if (member.name.empty() && is_structure(member.type)) {
            if (follow(member.type, start + member.offset, path, passed, depth + 1)) return true;
            continue;
        }
        if (member.name != component) continue;
        Dwarf_Die type = member.type;
        std::string name = member.type_name;
        for (int i = 0; i < kDeepest && dwarf_tag(&type) == DW_TAG_array_type; ++i) {
            std::string from_typedef;
            auto element = bare_type(type, &from_typedef);
            if (!element) return false;
            type = *element;
            name = name_of_type(type, from_typedef);
        }
        const std::int64_t offset = start + member.offset;
        passed.push_back({is_structure(type) ? name : "", offset});
        if (rest.empty() || (is_structure(type) && follow(type, offset, rest, passed, depth + 1)))
            return true;
        passed.pop_back();
    }
    return false;
}

}  // namespace

std::optional<Dwarf_Die> bare_type(Dwarf_Die die, std::string* name) {
    for (int i = 0; i < kDeepest; ++i) {
        Dwarf_Attribute attribute;
        Dwarf_Die type;
        if (!dwarf_attr_integrate(&die, DW_AT_type, &attribute) || !dwarf_formref_die(&attribute, &type))
            return std::nullopt;
        switch (dwarf_tag(&type)) {
            case DW_TAG_typedef:
                if (name) *name = own_name(type);
                [[fallthrough]];
            case DW_TAG_const_type:
            case DW_TAG_volatile_type:
            case DW_TAG_restrict_type:
            case DW_TAG_atomic_type:
                die = type;
                break;
            default:
                return type;
        }
    }
    return std::nullopt;
}

std::string name_of_type(Dwarf_Die type, const std::string& from_typedef) {
    std::string name = own_name(type);
    switch (dwarf_tag(&type)) {
        case DW_TAG_structure_type:
            return name.empty() ? from_typedef : "struct " + name;
        case DW_TAG_union_type:
            return name.empty() ? from_typedef : "union " + name;
        case DW_TAG_enumeration_type:
            return name.empty() ? from_typedef : "enum " + name;
        case DW_TAG_pointer_type: {
            std::string target_typedef;
            auto target = bare_type(type, &target_typedef);
            std::string of = target ? name_of_type(*target, target_typedef) : "void";
            return of + (of.ends_with('*') ? "*" : " *");
        }
        case DW_TAG_array_type: {
            std::string element_typedef;
            auto element = bare_type(type, &element_typedef);
            return (element ? name_of_type(*element, element_typedef) : "") + "[]";
        }
        case DW_TAG_subroutine_type:
            return "function";
        default:
            return name.empty() ? from_typedef : name;
    }
}

std::optional<Pointee> pointee_of(Dwarf_Die variable) {
    auto pointer = bare_type(variable);
    if (!pointer || dwarf_tag(&*pointer) != DW_TAG_pointer_type) return std::nullopt;
    std::string from_typedef;
    auto target = bare_type(*pointer, &from_typedef);
    if (!target) return std::nullopt;
    return Pointee{name_of_type(*target, from_typedef), *target, is_structure(*target)};
}

std::vector<std::string> members_at(Dwarf_Die structure, const Access& access) {
    if (access.offset < 0) return {};
    Finder finder(access);
    finder.look(structure, 0, "", 0);
    return finder.take();
}

std::vector<Passed> passed_by(Dwarf_Die structure, const std::string& path) {
    std::vector<Passed> passed{{name_of_type(structure), 0}};
    if (!follow(structure, 0, path, passed, 0)) return {};
    return passed;
}

}  // namespace referee
