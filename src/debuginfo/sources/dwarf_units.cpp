#include "debuginfo/sources/dwarf_units.h"

#include <algorithm>
#include <dwarf.h>

namespace inquest {
namespace {

constexpr std::size_t kMostScopes = 256;  // blocks and inlined functions within each other
constexpr std::size_t kMostSiblings = 1 << 22;

}  // namespace

Result<std::shared_ptr<DwarfUnits>> DwarfUnits::open(const ElfFile& file) {
    if (!file.has_dwarf()) return fail(file.path() + ": holds no DWARF debug information");
    std::shared_ptr<DwarfUnits> units(new DwarfUnits);
    if (!file.relocatable()) {
        units->dwarf_ = dwarf_begin_elf(file.handle(), DWARF_C_READ, nullptr);
        const char* text = units->dwarf_ ? nullptr : dwarf_errmsg(-1);
        if (!units->dwarf_) return fail(file.path() + ": " + (text ? text : "damaged"));
        return units;
    }
    auto relocated = RelocatedDwarf::open(file);
    if (!relocated) return std::unexpected(std::move(relocated.error()));
    units->dwarf_ = relocated->dwarf();
    units->relocated_.emplace(std::move(*relocated));
    return units;
}

DwarfUnits::~DwarfUnits() {
    if (!relocated_ && dwarf_) dwarf_end(dwarf_);
}

std::uint64_t DwarfUnits::section_address(std::size_t index) const {
    GElf_Shdr header;
    Elf_Scn* section = relocated_ ? elf_getscn(relocated_->laid_out(), index) : nullptr;
    return section && gelf_getshdr(section, &header) ? header.sh_addr : 0;
}

// Units that .debug_aranges does not list, as those of clang are not.
void DwarfUnits::index() {
    units_.emplace();
    Dwarf_CU* unit = nullptr;
    Dwarf_Die die;
    std::uint8_t type = 0;
    while (dwarf_get_units(dwarf_, unit, &unit, nullptr, &type, &die, nullptr) == 0) {
        if (type != DW_UT_compile) continue;
        Dwarf_Addr base = 0, start = 0, end = 0;
        for (std::ptrdiff_t at = 0; (at = dwarf_ranges(&die, at, &base, &start, &end)) > 0;)
            units_->push_back({start, end, dwarf_dieoffset(&die)});
    }
    std::ranges::sort(*units_, {}, &Range::start);
}

std::optional<Dwarf_Die> DwarfUnits::at(Dwarf_Addr address) {
    Dwarf_Die die;
    Dwarf_Aranges* ranges = nullptr;
    std::size_t count = 0;
    if (dwarf_getaranges(dwarf_, &ranges, &count) == 0)
        if (Dwarf_Arange* range = dwarf_getarange_addr(ranges, address)) {
            Dwarf_Off offset = 0;
            if (dwarf_getarangeinfo(range, nullptr, nullptr, &offset) == 0 &&
                dwarf_offdie(dwarf_, offset, &die))
                return die;
        }
    if (!units_) index();
    auto after = std::ranges::upper_bound(*units_, address, {}, &Range::start);
    if (after == units_->begin() || std::prev(after)->end <= address) return std::nullopt;
    if (!dwarf_offdie(dwarf_, std::prev(after)->unit, &die)) return std::nullopt;
    return die;
}

std::vector<Dwarf_Die> scopes_at(Dwarf_Die unit, Dwarf_Addr address) {
    std::vector<Dwarf_Die> scopes;
    Dwarf_Die parent = unit, die;
    while (scopes.size() < kMostScopes && dwarf_child(&parent, &die) == 0) {
        bool inside = false;
        for (std::size_t i = 0; i < kMostSiblings; ++i) {
            const int tag = dwarf_tag(&die);
            const bool scope =
                tag == DW_TAG_subprogram || tag == DW_TAG_inlined_subroutine || tag == DW_TAG_lexical_block;
            inside = scope && dwarf_haspc(&die, address) == 1;
            if (inside || dwarf_siblingof(&die, &die) != 0) break;
        }
        if (!inside) break;
        scopes.push_back(die);
        parent = die;
    }
    return scopes;
}

std::string dwarf_name(Dwarf_Die& die) {
    Dwarf_Attribute found;
    const char* name = dwarf_attr_integrate(&die, DW_AT_name, &found) ? dwarf_formstring(&found) : nullptr;
    return name ? name : "";
}

std::optional<Dwarf_Word> dwarf_number(Dwarf_Die& die, unsigned attribute) {
    Dwarf_Attribute found;
    Dwarf_Word value = 0;
    if (!dwarf_attr_integrate(&die, attribute, &found) || dwarf_formudata(&found, &value) != 0)
        return std::nullopt;
    return value;
}

}  // namespace inquest
