// System.map, the linker's list of a kernel's symbols.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "debuginfo/symbols.h"

namespace inquest {

// Whether a file begins as a System.map does: an address, a letter and a name.
bool is_system_map(const std::string& path);

// The address of one symbol in the text of a System.map.
std::optional<std::uint64_t> system_map_symbol(std::string_view text, std::string_view name);

// Adds every symbol, each `bias` further than linked; absolute ones (as per-CPU variables of x86) stay. The
// error says at which line the text is none.
Result<void> read_system_map(std::string_view text, std::uint64_t bias, SymbolTable& symbols);

}  // namespace inquest
