#include "debuginfo/sources/dwarf_lines.h"

#include <algorithm>
#include <dwarf.h>
#include <elfutils/libdw.h>
#include <optional>

#include "debuginfo/sources/relocated_dwarf.h"
#include "debuginfo/sources/source_path.h"

namespace inquest {
namespace {

constexpr std::size_t kMostScopes = 256;  // blocks and inlined functions within each other
constexpr std::size_t kMostSiblings = 1 << 22;

std::string reason() {
    const char* text = dwarf_errmsg(-1);
    return text ? text : "damaged";
}

std::optional<Dwarf_Word> number(Dwarf_Die& die, unsigned attribute) {
    Dwarf_Attribute found;
    Dwarf_Word value = 0;
    if (!dwarf_attr_integrate(&die, attribute, &found) || dwarf_formudata(&found, &value) != 0)
        return std::nullopt;
    return value;
}

// The name of a function, out of its abstract instance when it is an inlined or an out-of-line copy.
std::string name_of(Dwarf_Die& die) {
    Dwarf_Attribute found;
    const char* name = dwarf_attr_integrate(&die, DW_AT_name, &found) ? dwarf_formstring(&found) : nullptr;
    return name ? name : "";
}

// The scopes around an address, outermost first, without the unit itself.
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

struct UnitRange {
    Dwarf_Addr start, end;
    Dwarf_Off unit;  // of the unit's first entry
};

}  // namespace

struct DwarfLines::State {
    std::optional<RelocatedDwarf> relocated;
    Dwarf* dwarf = nullptr;
    std::optional<std::vector<UnitRange>> units;

    ~State() {
        if (!relocated && dwarf) dwarf_end(dwarf);
    }

    // Units that .debug_aranges does not list, as those of clang are not.
    void index_units() {
        units.emplace();
        Dwarf_CU* unit = nullptr;
        Dwarf_Die die;
        std::uint8_t type = 0;
        while (dwarf_get_units(dwarf, unit, &unit, nullptr, &type, &die, nullptr) == 0) {
            if (type != DW_UT_compile) continue;
            Dwarf_Addr base = 0, start = 0, end = 0;
            for (std::ptrdiff_t at = 0; (at = dwarf_ranges(&die, at, &base, &start, &end)) > 0;)
                units->push_back({start, end, dwarf_dieoffset(&die)});
        }
        std::ranges::sort(*units, {}, &UnitRange::start);
    }

    std::optional<Dwarf_Die> unit_at(Dwarf_Addr address) {
        Dwarf_Die die;
        Dwarf_Aranges* ranges = nullptr;
        std::size_t count = 0;
        if (dwarf_getaranges(dwarf, &ranges, &count) == 0)
            if (Dwarf_Arange* range = dwarf_getarange_addr(ranges, address)) {
                Dwarf_Off offset = 0;
                if (dwarf_getarangeinfo(range, nullptr, nullptr, &offset) == 0 &&
                    dwarf_offdie(dwarf, offset, &die))
                    return die;
            }
        if (!units) index_units();
        auto after = std::ranges::upper_bound(*units, address, {}, &UnitRange::start);
        if (after == units->begin() || std::prev(after)->end <= address) return std::nullopt;
        if (!dwarf_offdie(dwarf, std::prev(after)->unit, &die)) return std::nullopt;
        return die;
    }
};

DwarfLines::DwarfLines(std::unique_ptr<State> state) : state_(std::move(state)) {}
DwarfLines::~DwarfLines() = default;

Result<std::unique_ptr<DwarfLines>> DwarfLines::open(const ElfFile& file) {
    if (!file.has_dwarf()) return fail(file.path() + ": holds no DWARF debug information");
    auto state = std::make_unique<State>();
    if (!file.relocatable()) {
        state->dwarf = dwarf_begin_elf(file.handle(), DWARF_C_READ, nullptr);
        if (!state->dwarf) return fail(file.path() + ": " + reason());
        return std::unique_ptr<DwarfLines>(new DwarfLines(std::move(state)));
    }
    auto relocated = RelocatedDwarf::open(file);
    if (!relocated) return std::unexpected(std::move(relocated.error()));
    state->dwarf = relocated->dwarf();
    state->relocated.emplace(std::move(*relocated));
    return std::unique_ptr<DwarfLines>(new DwarfLines(std::move(state)));
}

std::uint64_t DwarfLines::section_address(std::size_t index) const {
    GElf_Shdr header;
    Elf_Scn* section = state_->relocated ? elf_getscn(state_->relocated->laid_out(), index) : nullptr;
    return section && gelf_getshdr(section, &header) ? header.sh_addr : 0;
}

std::vector<SourcePlace> DwarfLines::at(std::uint64_t address) {
    auto [known, is_new] = known_.try_emplace(address);
    std::vector<SourcePlace>& places = known->second;
    if (!is_new) return places;
    auto unit = state_->unit_at(address);
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
        here.function = name_of(*scope);
        here.inlined = dwarf_tag(&*scope) == DW_TAG_inlined_subroutine;
        places.push_back(here);
        if (!here.inlined) break;
        here = {};
        auto file = number(*scope, DW_AT_call_file), call_line = number(*scope, DW_AT_call_line);
        if (file && *file < file_count) here.file = path(dwarf_filesrc(files, *file, nullptr, nullptr));
        if (call_line) here.line = static_cast<unsigned>(*call_line);
    }
    if (places.empty() && here.line) places.push_back(here);  // assembly has lines but no functions
    return places;
}

}  // namespace inquest
