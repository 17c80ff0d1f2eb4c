// Types as C writes them.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "debuginfo/types.h"

namespace inquest {

// `name` declared with that type: "struct list_head *next", "char comm[16]", "int (*open)(struct inode *,
// struct file *)". An empty name gives the type alone, as casts have it. Parameters of function types are
// given by type, with their names where BTF knows them.
std::string declaration(const Types& types, TypeId id, std::string_view name);

// The same for a pointer to it, `stars` deep.
std::string declaration(const Types& types, TypeId id, unsigned stars, std::string_view name);

// The definition of a struct, union or enum: a member a line with its offset ("[8]", in bytes from `base`;
// hexadecimal when `base` is an address), anonymous structs with their members, size at the end. A typedef is
// given by what it stands for; of any other type the declaration.
std::string definition(const Types& types, TypeId id, std::uint64_t base = 0);

// {"type", "size", "members": [{"name", "type", "offset", "bit_size", "members"...}]}, enumerators as
// {"name", "value"}.
Json definition_json(const Types& types, TypeId id, std::uint64_t base = 0);

}  // namespace inquest
