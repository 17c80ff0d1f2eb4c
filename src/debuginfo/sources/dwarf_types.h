// Types out of DWARF, for kernels without BTF.
#pragma once

#include <map>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "debuginfo/sources/elf.h"
#include "debuginfo/types.h"

namespace inquest {

// Ids are given out as types are asked for. A structure that is only declared where it is pointed to has the
// members of its definition elsewhere in the file, looked up by its name.
class DwarfTypes final : public Types {
  public:
    // Reads nothing yet but the file's header (of a module's file, which is relocatable, the whole); `file`
    // must outlive it.
    static Result<std::unique_ptr<DwarfTypes>> open(const ElfFile& file);
    ~DwarfTypes() override;

    [[nodiscard]] TypeId end() const override;
    [[nodiscard]] Type type(TypeId id) const override;
    [[nodiscard]] std::vector<Member> members(TypeId id) const override;
    [[nodiscard]] std::vector<std::pair<std::string_view, std::int64_t>> enumerators(
        TypeId id) const override;
    // The type of a variable or function, too. Without `kind`: the first of structure, union, enumeration,
    // typedef and base type.
    [[nodiscard]] std::optional<TypeId> find(std::string_view name,
                                             std::optional<TypeKind> kind = std::nullopt) const override;

  private:
    struct State;
    explicit DwarfTypes(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;  // grows with what is asked for
};

}  // namespace inquest
