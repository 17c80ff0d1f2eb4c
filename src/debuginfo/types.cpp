#include "debuginfo/types.h"

#include "base/text.h"

namespace inquest {
namespace {

constexpr int kMostMembers = 4096;  // looked at for one name: bounds structs that hold themselves, too
constexpr int kMostSteps = 64;      // typedefs of typedefs, structs in structs: a kernel needs a dozen

}  // namespace

std::optional<TypeId> Types::find_struct(std::string_view name) const {
    auto found = find(name, TypeKind::structure);
    return found ? found : find(name, TypeKind::union_type);
}

TypeId Types::resolve(TypeId id) const {
    for (int step = 0; step < kMostSteps; ++step) {
        Type type = this->type(id);
        switch (type.kind) {
            case TypeKind::type_def:
            case TypeKind::volatile_type:
            case TypeKind::const_type:
            case TypeKind::restrict_type:
            case TypeKind::type_tag:
                id = type.target;
                break;
            default:
                return id;
        }
    }
    return 0;
}

std::uint64_t Types::size_of(TypeId id) const {
    std::uint64_t count = 1;
    for (int step = 0; step < kMostSteps; ++step) {
        id = resolve(id);
        Type type = this->type(id);
        if (type.kind == TypeKind::pointer) return count * 8;
        if (type.kind != TypeKind::array)
            return type.size && count > UINT64_MAX / 2 / type.size ? 0 : count * type.size;
        if (type.count && count > (UINT64_MAX >> 34) / type.count) return 0;
        count *= type.count;
        id = type.target;
    }
    return 0;
}

// C's declarators read inside out: `stars` and `arrays` collect what stands right of the name that ends it.
std::string Types::name_of(TypeId id) const {
    std::string stars, arrays, qualifiers;
    for (int step = 0; step < kMostSteps; ++step) {
        Type type = this->type(id);
        auto finish = [&](std::string_view keyword) {
            std::string name = qualifiers.append(keyword).append(type.name.empty() ? "{...}" : type.name);
            if (!stars.empty()) name.append(" ").append(stars);
            return name + arrays;
        };
        switch (type.kind) {
            case TypeKind::pointer:
                stars.insert(0, "*");
                break;
            case TypeKind::array:
                arrays += "[" + std::to_string(type.count) + "]";
                break;
            case TypeKind::const_type:
                qualifiers += "const ";
                break;
            case TypeKind::volatile_type:
                qualifiers += "volatile ";
                break;
            case TypeKind::restrict_type:
            case TypeKind::type_tag:
                break;
            case TypeKind::structure:
                return finish("struct ");
            case TypeKind::union_type:
                return finish("union ");
            case TypeKind::forward:
                return finish(type.count ? "union " : "struct ");
            case TypeKind::enumeration:
            case TypeKind::enumeration64:
                return finish("enum ");
            case TypeKind::function_prototype:
                return name_of(type.target) + " (" + stars + ")()" + arrays;
            case TypeKind::void_type:
                return qualifiers + "void" + (stars.empty() ? "" : " " + stars) + arrays;
            default:
                return finish("");
        }
        id = type.target;
    }
    return "?";
}

std::optional<MemberPlace> Types::find_member(TypeId id, std::string_view name, std::uint64_t base_bits,
                                              int& budget) const {
    for (const Member& member : members(resolve(id))) {
        if (--budget < 0) return std::nullopt;
        std::uint64_t bits = base_bits + member.bit_offset;
        if (member.name == name)
            return MemberPlace{bits / 8, member.type, static_cast<std::uint32_t>(bits % 8), member.bit_size};
        if (!member.name.empty()) continue;
        if (auto inner = find_member(member.type, name, bits, budget)) return inner;
    }
    return std::nullopt;
}

std::optional<MemberPlace> Types::member(TypeId id, std::string_view path) const {
    std::optional<MemberPlace> place;
    std::uint64_t offset = 0;
    for (std::string_view name : split(path, '.')) {
        int budget = kMostMembers;
        place = find_member(id, name, 0, budget);
        if (!place) return std::nullopt;
        offset += place->offset;
        id = place->type;
    }
    if (place) place->offset = offset;
    return place;
}

std::optional<std::uint64_t> Types::offset_of(std::string_view structure, std::string_view path) const {
    auto id = find_struct(structure);
    if (!id) return std::nullopt;
    auto place = member(*id, path);
    return place ? std::optional(place->offset) : std::nullopt;
}

}  // namespace inquest
