// DWARF of a relocatable file (a module's), with its relocations applied.
#pragma once

#include <elfutils/libdwfl.h>

#include "base/result.h"
#include "debuginfo/sources/elf.h"

namespace inquest {

// libdwfl's view of the file. It ends with this object.
class RelocatedDwarf {
  public:
    static Result<RelocatedDwarf> open(const ElfFile& file);
    RelocatedDwarf(RelocatedDwarf&& other) noexcept
        : dwfl_(std::exchange(other.dwfl_, nullptr)), dwarf_(other.dwarf_), laid_out_(other.laid_out_) {}
    RelocatedDwarf& operator=(RelocatedDwarf&&) = delete;
    ~RelocatedDwarf() {
        if (dwfl_) dwfl_end(dwfl_);
    }

    [[nodiscard]] Dwarf* dwarf() const { return dwarf_; }
    // The file with its sections at the addresses that the DWARF has.
    [[nodiscard]] Elf* laid_out() const { return laid_out_; }
    // The bytes of a section of the DWARF, relocated; none when there is none.
    [[nodiscard]] std::span<const std::uint8_t> section(std::string_view name) const;

  private:
    RelocatedDwarf() = default;
    Dwfl* dwfl_ = nullptr;
    Dwarf* dwarf_ = nullptr;
    Elf* laid_out_ = nullptr;
};

}  // namespace inquest
