// Source lines and inlined functions out of DWARF (4 and 5, compressed sections, dwz's shared units).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "debuginfo/sources/elf.h"

namespace inquest {

class DwarfUnits;

// A function at one address, and the line in it.
struct SourcePlace {
    std::string function;
    std::string file;  // as in the source tree: "mm/slub.c"
    unsigned line = 0;
    bool inlined = false;
};

class DwarfLines {
  public:
    // Reads nothing yet but the file's header. `file` must outlive it. Addresses are those of the file as
    // linked; of a relocatable one they are section_address() and further.
    static Result<std::unique_ptr<DwarfLines>> open(const ElfFile& file);

    // The functions at an instruction, innermost first: those that were inlined, then the one that has a
    // symbol. Reads the one compilation unit that holds the address. Empty when none does; without lines when
    // it has none.
    std::vector<SourcePlace> at(std::uint64_t address);

    // Where a section of a relocatable file was put, by its index; 0 when there is none.
    [[nodiscard]] std::uint64_t section_address(std::size_t index) const;

    // What it reads from, for other readers of the same file.
    [[nodiscard]] const std::shared_ptr<DwarfUnits>& units() const { return units_; }

  private:
    explicit DwarfLines(std::shared_ptr<DwarfUnits> units) : units_(std::move(units)) {}
    std::shared_ptr<DwarfUnits> units_;
    std::map<std::uint64_t, std::vector<SourcePlace>> known_;
};

}  // namespace inquest
