#include "debuginfo/sources/dwarf_lines.h"

#include <dwarf.h>
#include <elfutils/libdw.h>

#include "debuginfo/sources/dwarf_units.h"
#include "debuginfo/sources/source_path.h"

namespace inquest {

Result<std::unique_ptr<DwarfLines>> DwarfLines::open(const ElfFile& file) {
    auto units = DwarfUnits::open(file);
    if (!units) return std::unexpected(std::move(units.error()));
    return std::unique_ptr<DwarfLines>(new DwarfLines(std::move(*units)));
}

std::uint64_t DwarfLines::section_address(std::size_t index) const { return units_->section_address(index); }

std::vector<SourcePlace> DwarfLines::at(std::uint64_t address) {
    auto [known, is_new] = known_.try_emplace(address);
    std::vector<SourcePlace>& places = known->second;
    if (!is_new) return places;
    auto unit = units_->at(address);
    if (!unit) return places;

    Dwarf_Attribute attribute;
    const char* folder =
        dwarf_attr(&*unit, DW_AT_comp_dir, &attribute) ? dwarf_formstring(&attribute) : nullptr;
    auto path = [&](const char* file) { return source_path(file ? file : "", folder ? folder : ""); };
    Dwarf_Files* files = nullptr;
    std::size_t file_count = 0;
    dwarf_getsrcfiles(&*unit, &files, &file_count);

    SourcePlace here;
    int line = 0;
    if (Dwarf_Line* row = dwarf_getsrc_die(&*unit, address)) {
        here.file = path(dwarf_linesrc(row, nullptr, nullptr));
        if (dwarf_lineno(row, &line) == 0 && line > 0) here.line = static_cast<unsigned>(line);
    }
    auto scopes = scopes_at(*unit, address);
    for (auto scope = scopes.rbegin(); scope != scopes.rend(); ++scope) {
        if (dwarf_tag(&*scope) == DW_TAG_lexical_block) continue;
        here.function = dwarf_name(*scope);
        here.inlined = dwarf_tag(&*scope) == DW_TAG_inlined_subroutine;
        places.push_back(here);
        if (!here.inlined) break;
        here = {};
        auto file = dwarf_number(*scope, DW_AT_call_file), call_line = dwarf_number(*scope, DW_AT_call_line);
        if (file && *file < file_count) here.file = path(dwarf_filesrc(files, *file, nullptr, nullptr));
        if (call_line) here.line = static_cast<unsigned>(*call_line);
    }
    if (places.empty() && here.line) places.push_back(here);  // assembly has lines but no functions
    return places;
}

}  // namespace inquest
