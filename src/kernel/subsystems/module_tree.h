// Modules by their addresses, held against the list of modules.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "kernel/session.h"

namespace inquest {

// Addresses of the struct module of every module in the tree by which the kernel looks code up (mod_tree,
// CONFIG_MODULES_TREE_LOOKUP), each once. nullopt where there is no such tree or it cannot be read whole.
std::optional<std::vector<std::uint64_t>> modules_by_address(Session& session);

}  // namespace inquest
