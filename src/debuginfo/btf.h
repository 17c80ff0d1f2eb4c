// Types out of BTF (Documentation/bpf/btf.rst), the kernel's own and its modules'.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "debuginfo/name_index.h"

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

class Btf {
  public:
    // Keeps the bytes. `base` is vmlinux's for a module's split BTF and must outlive this one. Everything is
    // checked here: a Btf that exists holds no reference out of bounds.
    static Result<Btf> parse(std::vector<std::uint8_t> bytes, const Btf* base = nullptr);

    [[nodiscard]] TypeId end() const {
        return first_ + static_cast<TypeId>(offsets_.size());
    }                                          // ids are in [1, end)
    [[nodiscard]] Type type(TypeId id) const;  // void for an id that does not exist
    [[nodiscard]] std::vector<Member> members(
        TypeId id) const;  // of a struct, union; parameters of a prototype
    [[nodiscard]] std::vector<std::pair<std::string_view, std::int64_t>> enumerators(TypeId id) const;

    // The struct, union, enum, typedef or base type of that name; with `kind` of that kind only.
    [[nodiscard]] std::optional<TypeId> find(std::string_view name,
                                             std::optional<TypeKind> kind = std::nullopt) const;
    [[nodiscard]] std::optional<TypeId> find_struct(std::string_view name) const;

    // Without typedefs and qualifiers; bounded against cycles.
    [[nodiscard]] TypeId resolve(TypeId id) const;
    [[nodiscard]] std::uint64_t size_of(TypeId id) const;  // 0 when it has none
    [[nodiscard]] std::string name_of(TypeId id) const;    // as C writes it: "struct page *"

    [[nodiscard]] std::optional<MemberPlace> member(TypeId id, std::string_view path) const;
    // offset of `path` in `struct name`, nullopt when the kernel has no such struct or member.
    [[nodiscard]] std::optional<std::uint64_t> offset_of(std::string_view structure,
                                                         std::string_view path) const;

  private:
    [[nodiscard]] std::optional<std::uint32_t> word(
        TypeId id, std::uint32_t index) const;  // of the record, 0 is name_off
    [[nodiscard]] std::string_view string_at(std::uint32_t offset) const;
    [[nodiscard]] std::optional<MemberPlace> find_member(TypeId id, std::string_view name,
                                                         std::uint64_t base_bits, int& budget) const;

    const Btf* base_ = nullptr;
    TypeId first_ = 1;               // id of offsets_[0]
    std::uint32_t string_base_ = 0;  // strings below it are the base's
    std::vector<std::uint8_t> bytes_;
    std::span<const std::uint8_t> strings_;
    std::span<const std::uint8_t> types_;
    std::vector<std::uint32_t> offsets_;  // of each record in types_
    NameIndex by_name_;                   // of offsets_
};

}  // namespace inquest
