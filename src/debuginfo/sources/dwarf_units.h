// DWARF of one file: which unit holds an address, and what scopes are in it. What DwarfLines and DwarfLocals
// share.
#pragma once

#include <elfutils/libdw.h>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "debuginfo/sources/elf.h"
#include "debuginfo/sources/relocated_dwarf.h"

namespace inquest {

class DwarfUnits {
  public:
    // Reads nothing yet but the file's header; of a relocatable file the whole. `file` must outlive it.
    static Result<std::shared_ptr<DwarfUnits>> open(const ElfFile& file);
    ~DwarfUnits();
    DwarfUnits(const DwarfUnits&) = delete;
    DwarfUnits& operator=(const DwarfUnits&) = delete;

    // The first entry of the compilation unit that holds the address.
    std::optional<Dwarf_Die> at(Dwarf_Addr address);

    // Where a section of a relocatable file was put, by its index; 0 when there is none.
    [[nodiscard]] std::uint64_t section_address(std::size_t index) const;

  private:
    struct Range {
        Dwarf_Addr start, end;
        Dwarf_Off unit;  // of the unit's first entry
    };
    DwarfUnits() = default;
    void index();

    std::optional<RelocatedDwarf> relocated_;
    Dwarf* dwarf_ = nullptr;
    std::optional<std::vector<Range>> units_;
};

// The scopes around an address (functions, those inlined, blocks), outermost first, without the unit itself.
std::vector<Dwarf_Die> scopes_at(Dwarf_Die unit, Dwarf_Addr address);

// The name of a function or variable, out of its abstract instance when it is an inlined or an out-of-line
// copy; "" none.
std::string dwarf_name(Dwarf_Die& die);
// A number of an entry or its abstract instance.
std::optional<Dwarf_Word> dwarf_number(Dwarf_Die& die, unsigned attribute);

}  // namespace inquest
