// Modules' own symbol tables.
#pragma once

#include <cstdint>
#include <optional>

#include "kernel/session.h"
#include "kernel/subsystems/module.h"

namespace inquest {

// The size that the linker gave a symbol (st_size), which tells where the last one of a block of memory ends;
// 0 when it gave none, nullopt when the module's table cannot be read.
std::optional<std::uint64_t> linked_size(const Session& session, const ModuleView& module,
                                         const Symbol& symbol);

}  // namespace inquest
