// The types of the kernel and of its modules, by the names that people type.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "inspect/value.h"

namespace inquest {

// Looks a name up among the types there are: vmlinux's first, then every module's. `kind` as in Types::find.
using TypeLookup = std::function<std::optional<TypeRef>(std::string_view name, std::optional<TypeKind> kind)>;

// "struct page *", "unsigned long", "atomic_t", "enum pid_type", "struct list_head[4]", "char []" (of unknown
// length: 0 elements). A name alone may be a typedef, a base type, or a struct, union or enum without its
// keyword.
Result<TypeRef> parse_type(const TypeLookup& lookup, std::string_view text);

// Whether the text begins as only types do; for telling a cast from an expression in parentheses.
bool looks_like_type(const TypeLookup& lookup, std::string_view text);

// A member, through named and anonymous structs and arrays: "mm", "fs.seq", "slots[3]". The error names the
// member that is not there.
Result<ValuePlace> member_of(const ValuePlace& place, std::string_view path);

}  // namespace inquest
