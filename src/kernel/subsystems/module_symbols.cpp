#include "kernel/subsystems/module_symbols.h"

#include <elf.h>

namespace inquest {

std::optional<std::uint64_t> linked_size(const Session& session, const ModuleView& module,
                                         const Symbol& symbol) {
    constexpr std::uint64_t kMostSymbols = 1 << 20, kLongestName = 512;
    if (!module.symbols || module.symbol_count > kMostSymbols) return std::nullopt;
    for (std::uint64_t i = 1; i < module.symbol_count; ++i) {
        auto entry = session.read_as<Elf64_Sym>(module.symbols + i * sizeof(Elf64_Sym));
        if (!entry) return std::nullopt;
        if (entry->st_value == symbol.address &&
            session.read_string(module.strings + entry->st_name, kLongestName) == symbol.name)
            return entry->st_size;
    }
    return std::nullopt;
}

}  // namespace inquest
