// Where DWARF defines what: the entries at the top of each unit, by name.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "debuginfo/types.h"

namespace inquest {

// Sections of one file, uncompressed and relocated. They must outlive the index.
struct DwarfSections {
    std::span<const std::uint8_t> info, abbreviations, strings, line_strings, string_offsets;
};

// Scans .debug_info (DWARF 2 to 5, little-endian) unit by unit, no further than it takes to find what is
// asked for. A type that many units define is kept once. A damaged unit is passed over.
class DwarfIndex {
  public:
    explicit DwarfIndex(DwarfSections sections) : sections_(sections) {}

    // Offset in .debug_info of the first entry that defines the name as one of these: structure, union_type,
    // enumeration, type_def, integer (every base type), function, variable.
    std::optional<std::uint64_t> find(std::string_view name, std::span<const TypeKind> kinds);

    // The units passed over because they are damaged.
    [[nodiscard]] std::size_t damaged() const { return damaged_; }

  private:
    struct Attribute {
        std::uint16_t name, form;
    };
    struct Abbreviation {
        std::uint16_t tag = 0;
        bool children = false;
        std::uint32_t first = 0, count = 0;  // in attributes_
    };
    struct Unit {
        std::uint64_t start, end;  // of the whole in .debug_info
        std::uint8_t offset_size, address_size;
        std::uint16_t version;
    };
    // What of an entry matters here.
    struct Entry {
        std::uint64_t name = 0;  // where it stands, told by `name_form`; 0 none
        std::uint16_t name_form = 0;
        bool declaration = false;
        std::optional<std::uint64_t> sibling, string_base;
    };

    bool scan_next();
    bool scan(const Unit& unit, std::uint64_t at);
    bool read_abbreviations(std::uint64_t offset);
    // The attributes of an entry, from `at` on; false when they do not fit into the unit.
    bool read_entry(const Unit& unit, const Abbreviation& kind, std::uint64_t& at, Entry& entry) const;
    [[nodiscard]] std::string_view name_of(const Unit& unit, const Entry& entry) const;
    void take(const Unit& unit, std::uint64_t offset, std::uint16_t tag, const Entry& entry);

    DwarfSections sections_;
    std::uint64_t next_unit_ = 0;
    std::size_t damaged_ = 0;
    std::uint64_t abbreviations_read_ = UINT64_MAX;
    std::vector<Abbreviation> abbreviations_;  // by code
    std::vector<Attribute> attributes_;
    std::uint64_t string_base_ = 0;    // DW_AT_str_offsets_base of the unit that is scanned
    std::vector<std::uint64_t> seen_;  // hashed: names by their place, so that most need no comparing
    std::unordered_map<std::string_view, std::vector<std::pair<TypeKind, std::uint64_t>>> found_;
};

}  // namespace inquest
