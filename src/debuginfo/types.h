// The types of a kernel or of one of its modules, wherever they were found.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace inquest {

using TypeId = std::uint32_t;  // 0 is void

enum class TypeKind : std::uint8_t {
    void_type = 0,
    integer,
    pointer,
    array,
    structure,
    union_type,
    enumeration,
    forward,
    type_def,
    volatile_type,
    const_type,
    restrict_type,
    function,
    function_prototype,
    variable,
    data_section,
    floating,
    decl_tag,
    type_tag,
    enumeration64,
};

struct Member {
    std::string_view name;  // "" for an anonymous struct or union
    TypeId type;
    std::uint32_t bit_offset;
    std::uint32_t bit_size;  // of a bit-field, else 0
};

struct Type {
    TypeKind kind = TypeKind::void_type;
    std::string_view name;
    std::uint64_t size = 0;  // bytes: integer, struct, union, enum, float
    TypeId target =
        0;  // pointer, typedef, qualifiers, function (its prototype), variable; array: of its elements
    std::uint32_t count = 0;  // array: elements; struct, enum, prototype: members
    bool is_signed = false;
};

// Where a member lies: path resolved through anonymous and named members ("d_name.name", "list.next").
struct MemberPlace {
    std::uint64_t offset;  // bytes
    TypeId type;
    std::uint32_t bit_offset = 0, bit_size = 0;  // within the bytes at `offset`; size 0: no bit-field
};

// Types by number, 1 and up. What they say comes from the target: nothing of it may be trusted but its form.
class Types {
  public:
    virtual ~Types() = default;

    // Ids of types are in [1, end); end grows where types are read only when they are asked for.
    [[nodiscard]] virtual TypeId end() const = 0;
    [[nodiscard]] virtual Type type(TypeId id) const = 0;  // void for an id that does not exist
    [[nodiscard]] virtual std::vector<Member> members(
        TypeId id) const = 0;  // of a struct, union; parameters of a prototype
    [[nodiscard]] virtual std::vector<std::pair<std::string_view, std::int64_t>> enumerators(
        TypeId id) const = 0;

    // The struct, union, enum, typedef or base type of that name; with `kind` of that kind only.
    [[nodiscard]] virtual std::optional<TypeId> find(std::string_view name,
                                                     std::optional<TypeKind> kind = std::nullopt) const = 0;
    [[nodiscard]] std::optional<TypeId> find_struct(std::string_view name) const;

    // Without typedefs and qualifiers; bounded against cycles.
    [[nodiscard]] TypeId resolve(TypeId id) const;
    [[nodiscard]] std::uint64_t size_of(TypeId id) const;  // 0 when it has none
    [[nodiscard]] std::string name_of(TypeId id) const;    // as C writes it: "struct page *"

    [[nodiscard]] std::optional<MemberPlace> member(TypeId id, std::string_view path) const;
    // offset of `path` in `struct name`, nullopt when the kernel has no such struct or member.
    [[nodiscard]] std::optional<std::uint64_t> offset_of(std::string_view structure,
                                                         std::string_view path) const;

  protected:
    Types() = default;
    Types(const Types&) = default;
    Types(Types&&) = default;
    Types& operator=(const Types&) = default;
    Types& operator=(Types&&) = default;

  private:
    [[nodiscard]] std::optional<MemberPlace> find_member(TypeId id, std::string_view name,
                                                         std::uint64_t base_bits, int& budget) const;
};

}  // namespace inquest
