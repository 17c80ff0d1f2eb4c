// Types out of BTF (Documentation/bpf/btf.rst), the kernel's own and its modules'.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "debuginfo/name_index.h"
#include "debuginfo/types.h"

namespace inquest {

class Btf final : public Types {
  public:
    // Keeps the bytes. `base` is vmlinux's for a module's split BTF and must outlive this one. Everything is
    // checked here: a Btf that exists holds no reference out of bounds.
    static Result<Btf> parse(std::vector<std::uint8_t> bytes, const Btf* base = nullptr);

    [[nodiscard]] TypeId end() const override { return first_ + static_cast<TypeId>(offsets_.size()); }
    [[nodiscard]] Type type(TypeId id) const override;
    [[nodiscard]] std::vector<Member> members(TypeId id) const override;
    [[nodiscard]] std::vector<std::pair<std::string_view, std::int64_t>> enumerators(
        TypeId id) const override;
    [[nodiscard]] std::optional<TypeId> find(std::string_view name,
                                             std::optional<TypeKind> kind = std::nullopt) const override;

  private:
    [[nodiscard]] std::optional<std::uint32_t> word(
        TypeId id, std::uint32_t index) const;  // of the record, 0 is name_off
    [[nodiscard]] std::string_view string_at(std::uint32_t offset) const;

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
