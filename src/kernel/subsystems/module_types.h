// The types that modules bring.
#pragma once

#include <memory>
#include <vector>

#include "debuginfo/btf.h"
#include "kernel/session.h"

namespace inquest {

struct ModuleTypes {
    std::uint64_t module = 0;  // address of its struct module
    std::unique_ptr<const Types> types;
};

// Walks `btf_modules` (since 5.11, 36e68442d1af): the BTF of each loaded module that has any, on top of the
// kernel's. Modules built without, and all of older kernels, are not in it.
std::vector<ModuleTypes> read_module_types(Session& session);

}  // namespace inquest
