#include "debuginfo/sources/dwarf_index.h"

#include <algorithm>
#include <cstring>
#include <dwarf.h>

#include "debuginfo/target.h"

namespace inquest {
namespace {

constexpr std::size_t kSeenSlots = 1 << 20;
constexpr std::size_t kMostAbbreviations = 1 << 16;
constexpr std::size_t kMostAttributes = 1 << 20;

using Bytes = std::span<const std::uint8_t>;

// A number of 7 bits a byte; nullopt at the end of the bytes or past 64 bits.
std::optional<std::uint64_t> leb128(Bytes bytes, std::uint64_t& at) {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 70 && at < bytes.size(); shift += 7) {
        const std::uint8_t byte = bytes[at++];
        if (shift < 64) value |= std::uint64_t{byte & 0x7fU} << shift;
        if (!(byte & 0x80)) return value;
    }
    return std::nullopt;
}

std::optional<std::uint64_t> fixed(Bytes bytes, std::uint64_t at, unsigned size) {
    std::uint64_t value = 0;
    if (at > bytes.size() || size > bytes.size() - at) return std::nullopt;
    std::memcpy(&value, bytes.data() + at, size);
    return value;
}

std::string_view text_at(Bytes bytes, std::uint64_t at) {
    if (at >= bytes.size()) return {};
    const char* start = reinterpret_cast<const char*>(bytes.data()) + at;
    return {start, strnlen(start, bytes.size() - at)};
}

std::optional<TypeKind> kind_of(std::uint16_t tag) {
    switch (tag) {
        case DW_TAG_structure_type:
        case DW_TAG_class_type:
            return TypeKind::structure;
        case DW_TAG_union_type:
            return TypeKind::union_type;
        case DW_TAG_enumeration_type:
            return TypeKind::enumeration;
        case DW_TAG_typedef:
            return TypeKind::type_def;
        case DW_TAG_base_type:
            return TypeKind::integer;
        case DW_TAG_subprogram:
            return TypeKind::function;
        case DW_TAG_variable:
            return TypeKind::variable;
        default:
            return std::nullopt;
    }
}

// Bytes that a value of the form takes, when that does not depend on the value.
std::optional<unsigned> size_of_form(std::uint16_t form, unsigned offset_size, unsigned address_size,
                                     unsigned version) {
    switch (form) {
        case DW_FORM_flag_present:
        case DW_FORM_implicit_const:
            return 0;
        case DW_FORM_data1:
        case DW_FORM_ref1:
        case DW_FORM_flag:
        case DW_FORM_strx1:
        case DW_FORM_addrx1:
            return 1;
        case DW_FORM_data2:
        case DW_FORM_ref2:
        case DW_FORM_strx2:
        case DW_FORM_addrx2:
            return 2;
        case DW_FORM_strx3:
        case DW_FORM_addrx3:
            return 3;
        case DW_FORM_data4:
        case DW_FORM_ref4:
        case DW_FORM_strx4:
        case DW_FORM_addrx4:
        case DW_FORM_ref_sup4:
            return 4;
        case DW_FORM_data8:
        case DW_FORM_ref8:
        case DW_FORM_ref_sig8:
        case DW_FORM_ref_sup8:
            return 8;
        case DW_FORM_data16:
            return 16;
        case DW_FORM_addr:
            return address_size;
        case DW_FORM_ref_addr:
            return version < 3 ? address_size : offset_size;
        case DW_FORM_strp:
        case DW_FORM_line_strp:
        case DW_FORM_strp_sup:
        case DW_FORM_sec_offset:
        case DW_FORM_GNU_ref_alt:
        case DW_FORM_GNU_strp_alt:
            return offset_size;
        default:
            return std::nullopt;
    }
}

}  // namespace

std::optional<std::uint64_t> DwarfIndex::find(std::string_view name, std::span<const TypeKind> kinds) {
    for (;;) {
        if (auto named = found_.find(name); named != found_.end())
            for (auto [kind, offset] : named->second)
                if (std::ranges::find(kinds, kind) != kinds.end()) return offset;
        if (!scan_next()) return std::nullopt;
    }
}

bool DwarfIndex::scan_next() {
    const Bytes info = sections_.info;
    std::uint64_t at = next_unit_;
    Unit unit{at, 0, 4, 0, 0};
    auto length = fixed(info, at, 4);
    at += 4;
    if (length == 0xffffffff) {
        length = fixed(info, at, 8);
        unit.offset_size = 8;
        at += 8;
    }
    if (!length || *length < 8 || at > info.size() || *length > info.size() - at) {
        if (next_unit_ < info.size()) ++damaged_;
        next_unit_ = info.size();
        return false;
    }
    unit.end = at + *length;
    next_unit_ = unit.end;
    unit.version = static_cast<std::uint16_t>(fixed(info, at, 2).value_or(0));
    at += 2;
    std::uint64_t type = DW_UT_compile;
    auto byte = [&] { return fixed(info, at++, 1).value_or(0); };
    if (unit.version >= 5) {
        type = byte();
        unit.address_size = static_cast<std::uint8_t>(byte());
    }
    auto abbreviations = fixed(info, at, unit.offset_size).value_or(UINT64_MAX);
    at += unit.offset_size;
    if (unit.version < 5) unit.address_size = static_cast<std::uint8_t>(byte());
    if (type != DW_UT_compile && type != DW_UT_partial) return true;  // no vmlinux has type or split units
    const bool good = unit.version >= 2 && unit.version <= 5 && unit.address_size <= 8 &&
                      read_abbreviations(abbreviations) && scan(unit, at);
    if (!good) ++damaged_;
    return true;
}

bool DwarfIndex::read_abbreviations(std::uint64_t offset) {
    if (offset == abbreviations_read_) return true;
    abbreviations_read_ = UINT64_MAX;
    abbreviations_.clear();
    attributes_.clear();
    const Bytes bytes = sections_.abbreviations;
    if (offset > bytes.size()) return false;
    for (std::uint64_t at = offset;;) {
        auto code = leb128(bytes, at);
        if (!code) return false;
        if (*code == 0) break;
        auto tag = leb128(bytes, at);
        if (!tag || *code > kMostAbbreviations || at >= bytes.size()) return false;
        if (*code >= abbreviations_.size()) abbreviations_.resize(*code + 1);
        Abbreviation& kind = abbreviations_[*code];
        kind = {static_cast<std::uint16_t>(*tag), bytes[at++] != 0,
                static_cast<std::uint32_t>(attributes_.size()), 0};
        for (;;) {
            auto name = leb128(bytes, at), form = leb128(bytes, at);
            if (!name || !form || attributes_.size() > kMostAttributes) return false;
            if (*form == DW_FORM_implicit_const && !leb128(bytes, at)) return false;
            if (*name == 0 && *form == 0) break;
            attributes_.push_back({static_cast<std::uint16_t>(*name), static_cast<std::uint16_t>(*form)});
            ++kind.count;
        }
    }
    abbreviations_read_ = offset;
    return true;
}

bool DwarfIndex::read_entry(const Unit& unit, const Abbreviation& kind, std::uint64_t& at,
                            Entry& entry) const {
    const Bytes info = sections_.info.first(unit.end);
    for (std::uint32_t i = kind.first; i < kind.first + kind.count; ++i) {
        const Attribute& attribute = attributes_[i];
        std::uint16_t form = attribute.form;
        if (form == DW_FORM_indirect) {
            auto told = leb128(info, at);
            if (!told || *told == DW_FORM_indirect) return false;
            form = static_cast<std::uint16_t>(*told);
        }
        const std::uint64_t start = at;
        std::uint64_t value = 0;
        if (auto known = size_of_form(form, unit.offset_size, unit.address_size, unit.version)) {
            if (*known > info.size() - at) return false;
            if (*known <= 8) value = fixed(info, at, *known).value_or(0);
            at += *known;
        } else if (form == DW_FORM_string) {
            at += text_at(info, at).size() + 1;
        } else if (form == DW_FORM_sdata || form == DW_FORM_udata || form == DW_FORM_ref_udata ||
                   form == DW_FORM_strx || form == DW_FORM_addrx || form == DW_FORM_loclistx ||
                   form == DW_FORM_rnglistx || form == DW_FORM_GNU_addr_index ||
                   form == DW_FORM_GNU_str_index) {
            auto number = leb128(info, at);
            if (!number) return false;
            value = *number;
        } else {  // a block
            std::optional<std::uint64_t> size;
            const unsigned width = form == DW_FORM_block1 ? 1 : form == DW_FORM_block2 ? 2 : 4;
            if (form == DW_FORM_block || form == DW_FORM_exprloc) {
                size = leb128(info, at);
            } else if (form == DW_FORM_block1 || form == DW_FORM_block2 || form == DW_FORM_block4) {
                size = fixed(info, at, width);
                at += width;
            }
            if (!size || at > info.size() || *size > info.size() - at) return false;
            at += *size;
        }
        if (at > info.size()) return false;
        switch (attribute.name) {
            case DW_AT_name:
                entry.name = form == DW_FORM_string ? start : value;
                entry.name_form = form;
                break;
            case DW_AT_declaration:
                entry.declaration = form == DW_FORM_flag_present || value;
                break;
            case DW_AT_sibling:
                entry.sibling = value + (form == DW_FORM_ref_addr ? 0 : unit.start);
                break;
            case DW_AT_str_offsets_base:
                entry.string_base = value;
                break;
            default:
                break;
        }
    }
    return true;
}

bool DwarfIndex::scan(const Unit& unit, std::uint64_t at) {
    const Bytes info = sections_.info.first(unit.end);
    std::size_t depth = 0;                          // 1: at the top of the unit
    string_base_ = unit.offset_size == 8 ? 16 : 8;  // behind the header of .debug_str_offsets
    while (at < unit.end) {
        const std::uint64_t offset = at;
        auto code = leb128(info, at);
        if (!code || *code >= std::max<std::size_t>(abbreviations_.size(), 1)) return false;
        if (*code == 0) {
            if (depth <= 1) return true;
            --depth;
            continue;
        }
        const Abbreviation& kind = abbreviations_[*code];
        Entry entry;
        if (!read_entry(unit, kind, at, entry)) return false;
        if (depth == 0 && entry.string_base) string_base_ = *entry.string_base;
        if (depth == 1) take(unit, offset, kind.tag, entry);
        if (!kind.children) {
            if (depth == 0) return true;
            continue;
        }
        if (depth > 0 && entry.sibling && *entry.sibling > at && *entry.sibling <= unit.end) {
            at = *entry.sibling;
        } else {
            ++depth;
        }
    }
    return true;
}

std::string_view DwarfIndex::name_of(const Unit& unit, const Entry& entry) const {
    switch (entry.name_form) {
        case DW_FORM_string:
            return text_at(sections_.info, entry.name);
        case DW_FORM_strp:
            return text_at(sections_.strings, entry.name);
        case DW_FORM_line_strp:
            return text_at(sections_.line_strings, entry.name);
        case DW_FORM_strx:
        case DW_FORM_strx1:
        case DW_FORM_strx2:
        case DW_FORM_strx3:
        case DW_FORM_strx4: {
            if (entry.name > sections_.string_offsets.size()) return {};
            auto place = fixed(sections_.string_offsets, string_base_ + entry.name * unit.offset_size,
                               unit.offset_size);
            return place ? text_at(sections_.strings, *place) : std::string_view();
        }
        default:
            return {};
    }
}

void DwarfIndex::take(const Unit& unit, std::uint64_t offset, std::uint16_t tag, const Entry& entry) {
    auto kind = kind_of(tag);
    if (!kind || entry.declaration || entry.name_form == 0) return;
    if (entry.name_form == DW_FORM_strp) {
        if (seen_.empty()) seen_.resize(kSeenSlots);
        const std::uint64_t key = (entry.name << 8 | static_cast<std::uint64_t>(*kind)) + 1;
        std::uint64_t& slot = seen_[(key * 0x9e3779b97f4a7c15) >> 44 & (kSeenSlots - 1)];
        if (slot == key) return;
        slot = key;
    }
    std::string_view name = name_of(unit, entry);
    if (name.empty()) return;
    auto& known = found_[name];
    if (std::ranges::find(known, *kind, &std::pair<TypeKind, std::uint64_t>::first) == known.end())
        known.emplace_back(*kind, offset);
}

}  // namespace inquest
