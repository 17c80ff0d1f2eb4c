// What lies where in the kernel's code: the kernel's own text, the modules' and what was generated, with
// symbols and unwind tables.
#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "kernel/generated_code.h"
#include "kernel/session.h"
#include "kernel/subsystems/module.h"
#include "model/event.h"
#include "unwind/orc.h"

namespace inquest {

class CodeMap {
  public:
    explicit CodeMap(Session& session);

    [[nodiscard]] bool is_text(std::uint64_t address) const;

    // symbol+offset/size [module] of an address; generated code has a pseudo-module as in /proc/kallsyms. A
    // return address (not `exact`) is looked up one byte earlier, as the kernel does, but its own offset is
    // given.
    [[nodiscard]] CodeRef describe(std::uint64_t address, bool exact);

    // nullopt where there are no tables: in BPF programs and other generated code.
    [[nodiscard]] std::optional<OrcEntry> orc(std::uint64_t address);

    // The symbol that holds the address, of code or data.
    [[nodiscard]] std::optional<Symbol> symbol_at(std::uint64_t address);

    const SymbolTable& symbols_of(const ModuleView& module);  // read when first asked for

    [[nodiscard]] const ModuleList& modules() const { return modules_; }
    [[nodiscard]] const std::vector<GeneratedCode>& generated() const;  // read when first asked for

  private:
    [[nodiscard]] const ModuleView* module_at(std::uint64_t address) const;
    [[nodiscard]] const GeneratedCode* generated_at(std::uint64_t address) const;
    [[nodiscard]] bool is_own_text(std::uint64_t address) const;

    Session& session_;
    ModuleList modules_;
    mutable std::optional<std::vector<GeneratedCode>> generated_;
    std::uint64_t start_ = 0, end_ = 0, init_start_ = 0, init_end_ = 0, image_end_ = 0;
    std::optional<OrcTable> orc_;
    std::map<std::uint64_t, SymbolTable> module_symbols_;  // by address of struct module
    std::map<std::uint64_t, std::optional<OrcTable>> module_orc_;
};

}  // namespace inquest
