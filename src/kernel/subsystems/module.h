// Loaded modules.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kernel/session.h"

namespace inquest {

struct ModuleMemory {
    std::uint64_t address = 0, size = 0;
    [[nodiscard]] bool holds(std::uint64_t at) const { return at >= address && at - address < size; }
};

struct ModuleView {
    std::uint64_t address = 0;  // of its struct module
    std::string name;
    std::uint64_t text = 0, text_size = 0;  // where its code lies
    std::uint64_t size = 0;                 // of all its memory, as lsmod counts it
    std::vector<ModuleMemory> memory;       // where that lies: one block up to 6.3, one a kind since 6.4
    std::string taints;                     // "OE"
    std::uint64_t symbols = 0, symbol_count = 0, strings = 0, types = 0;  // its kallsyms
    std::uint64_t exports = 0,
                  export_count = 0;  // its table of exported symbols; GPL ones are in it since 7.0
    std::uint64_t orc_ip = 0, orc = 0, orc_count = 0;
};

struct ModuleList {
    std::vector<ModuleView> modules;  // newest first, as the kernel lists them
    std::vector<std::string> problems;
};

// Walks `modules`. Memory layout: core_layout up to 6.3, mem[] since 6.4 (ac3b43283923).
ModuleList list_modules(Session& session);

// Adds a module's own symbols.
void add_module_symbols(Session& session, const ModuleView& module, SymbolTable& symbols);

}  // namespace inquest
