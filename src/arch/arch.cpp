#include "arch/arch.h"

namespace inquest {

const Arch* arch_named(std::string_view name) {
    for (const Arch* arch : all_arches())
        if (arch->name == name) return arch;
    return nullptr;
}

}  // namespace inquest
