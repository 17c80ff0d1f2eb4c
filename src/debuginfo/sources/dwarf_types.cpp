#include "debuginfo/sources/dwarf_types.h"

#include <array>
#include <dwarf.h>
#include <elfutils/libdw.h>

#include "debuginfo/sources/dwarf_index.h"
#include "debuginfo/sources/relocated_dwarf.h"

namespace inquest {
namespace {

constexpr std::size_t kMostChildren = 1 << 16;  // members, enumerators, parameters
constexpr TypeId kMostTypes = 1 << 24;

// What an id stands for: an entry of .debug_info, and in it what has no entry of its own.
enum class Part : std::uint8_t {
    whole,
    prototype,     // of a function
    dimension = 2  // and up: an array without its first dimensions
};

struct Place {
    Dwarf_Off offset;
    bool shared;  // in dwz's file
    std::uint8_t part;
    auto operator<=>(const Place&) const = default;
};

std::optional<Dwarf_Word> number(Dwarf_Die& die, unsigned attribute) {
    Dwarf_Attribute found;
    Dwarf_Word value = 0;
    if (!dwarf_attr_integrate(&die, attribute, &found) || dwarf_formudata(&found, &value) != 0)
        return std::nullopt;
    return value;
}

std::string_view name_in(Dwarf_Die& die) {
    Dwarf_Attribute found;
    const char* name = dwarf_attr_integrate(&die, DW_AT_name, &found) ? dwarf_formstring(&found) : nullptr;
    return name ? std::string_view(name) : std::string_view();
}

bool flag(Dwarf_Die& die, unsigned attribute) {
    Dwarf_Attribute found;
    bool value = false;
    return dwarf_attr(&die, attribute, &found) && dwarf_formflag(&found, &value) == 0 && value;
}

// Calls `take(die)` for each entry right below until it gives false.
template <typename Take>
void each_child(Dwarf_Die& parent, const Take& take) {
    Dwarf_Die die;
    if (dwarf_child(&parent, &die) != 0) return;
    for (std::size_t i = 0; i < kMostChildren; ++i)
        if (!take(die) || dwarf_siblingof(&die, &die) != 0) return;
}

// The number of elements of each dimension; 0 where it is not said.
std::vector<std::uint32_t> dimensions(Dwarf_Die& array) {
    std::vector<std::uint32_t> counts;
    each_child(array, [&](Dwarf_Die& die) {
        if (dwarf_tag(&die) != DW_TAG_subrange_type) return true;
        auto count = number(die, DW_AT_count);
        if (auto last = number(die, DW_AT_upper_bound); !count && last) count = *last + 1;
        counts.push_back(count && *count <= UINT32_MAX ? static_cast<std::uint32_t>(*count) : 0);
        return true;
    });
    return counts;
}

// Where a member begins, in bits; nullopt for one without a place (a declaration).
std::uint64_t bit_offset_of(Dwarf_Die& member, std::uint64_t bit_size) {
    if (auto bits = number(member, DW_AT_data_bit_offset)) return *bits;
    std::uint64_t bytes = 0;
    Dwarf_Attribute place;
    if (dwarf_attr(&member, DW_AT_data_member_location, &place)) {
        Dwarf_Word value = 0;
        Dwarf_Op* operations = nullptr;
        std::size_t count = 0;
        if (dwarf_formudata(&place, &value) == 0) {
            bytes = value;
        } else if (dwarf_getlocation(&place, &operations, &count) == 0 && count == 1 &&
                   operations[0].atom == DW_OP_plus_uconst) {
            bytes = operations[0].number;
        }
    }
    // DWARF 2 and 3 count a bit-field's offset from the most significant bit of its storage.
    auto from_top = number(member, DW_AT_bit_offset), storage = number(member, DW_AT_byte_size);
    if (!from_top) return bytes * 8;
    if (!storage) {
        Dwarf_Attribute of;
        Dwarf_Die type;
        if (dwarf_attr(&member, DW_AT_type, &of) && dwarf_formref_die(&of, &type))
            if (Dwarf_Word size = 0; dwarf_aggregate_size(&type, &size) == 0) storage = size;
    }
    return bytes * 8 + storage.value_or(0) * 8 - *from_top - bit_size;
}

TypeKind kind_of(Dwarf_Die& die) {
    switch (dwarf_tag(&die)) {
        case DW_TAG_base_type:
            return number(die, DW_AT_encoding) == DW_ATE_float ? TypeKind::floating : TypeKind::integer;
        case DW_TAG_pointer_type:
            return TypeKind::pointer;
        case DW_TAG_array_type:
            return TypeKind::array;
        case DW_TAG_structure_type:
        case DW_TAG_class_type:
            return flag(die, DW_AT_declaration) ? TypeKind::forward : TypeKind::structure;
        case DW_TAG_union_type:
            return flag(die, DW_AT_declaration) ? TypeKind::forward : TypeKind::union_type;
        case DW_TAG_enumeration_type:
            return number(die, DW_AT_byte_size).value_or(4) > 4 ? TypeKind::enumeration64
                                                                : TypeKind::enumeration;
        case DW_TAG_typedef:
            return TypeKind::type_def;
        case DW_TAG_const_type:
            return TypeKind::const_type;
        case DW_TAG_volatile_type:
        case DW_TAG_atomic_type:
            return TypeKind::volatile_type;
        case DW_TAG_restrict_type:
            return TypeKind::restrict_type;
        case DW_TAG_subroutine_type:
            return TypeKind::function_prototype;
        case DW_TAG_subprogram:
            return TypeKind::function;
        case DW_TAG_variable:
            return TypeKind::variable;
        default:
            return TypeKind::void_type;
    }
}

}  // namespace

struct DwarfTypes::State {
    explicit State(Dwarf* opened, DwarfSections sections) : dwarf(opened), index(sections) {}
    explicit State(RelocatedDwarf opened, DwarfSections sections)
        : relocated(std::move(opened)), dwarf(relocated->dwarf()), index(sections) {}
    ~State() {
        if (!relocated) dwarf_end(dwarf);
    }

    std::optional<RelocatedDwarf> relocated;
    Dwarf* dwarf;
    DwarfIndex index;
    std::vector<Place> places{{0, false, 0}};  // by id; 0 is void
    std::map<Place, TypeId> ids;
    std::map<TypeId, Type> types;

    TypeId id_of(Place place) {
        auto [known, is_new] = ids.try_emplace(place, static_cast<TypeId>(places.size()));
        if (!is_new) return known->second;
        if (places.size() >= kMostTypes) {
            ids.erase(known);
            return 0;
        }
        places.push_back(place);
        return known->second;
    }

    TypeId id_of(Dwarf_Die& die, std::uint8_t part = 0) {
        const bool shared = dwarf_cu_getdwarf(die.cu) != dwarf;
        return id_of(Place{dwarf_dieoffset(&die), shared, part});
    }

    // The type that an entry refers to; 0 for none, which is void.
    TypeId target_of(Dwarf_Die& die) {
        Dwarf_Attribute found;
        Dwarf_Die target;
        if (!dwarf_attr_integrate(&die, DW_AT_type, &found) || !dwarf_formref_die(&found, &target)) return 0;
        return id_of(target);
    }

    std::optional<Dwarf_Die> die_of(TypeId id) {
        Dwarf_Die die;
        if (id == 0 || id >= places.size()) return std::nullopt;
        Dwarf* home = places[id].shared ? dwarf_getalt(dwarf) : dwarf;
        if (!home || !dwarf_offdie(home, places[id].offset, &die)) return std::nullopt;
        return die;
    }

    // The definition of what is only declared at `id`.
    std::optional<Dwarf_Die> definition_of(TypeId id) {
        auto die = die_of(id);
        if (!die || !flag(*die, DW_AT_declaration)) return die;
        const TypeKind kind =
            dwarf_tag(&*die) == DW_TAG_union_type ? TypeKind::union_type : TypeKind::structure;
        auto offset = index.find(name_in(*die), std::span(&kind, 1));
        return offset ? die_of(id_of(Place{*offset, false, 0})) : std::nullopt;
    }

    Type read(TypeId id) {
        auto die = die_of(id);
        if (!die) return {};
        const std::uint8_t part = places[id].part;
        Type type{.kind = kind_of(*die), .name = name_in(*die), .target = target_of(*die)};
        switch (type.kind) {
            case TypeKind::array: {
                auto counts = dimensions(*die);
                const std::size_t skipped = part < 2 ? 0 : part - 1U;
                type.count = skipped < counts.size() ? counts[skipped] : 0;
                if (skipped + 1 < counts.size() && skipped < 100)
                    type.target = id_of(*die, static_cast<std::uint8_t>(skipped + 2));
                break;
            }
            case TypeKind::function:
                if (part == static_cast<std::uint8_t>(Part::prototype)) {
                    type.kind = TypeKind::function_prototype;
                    type.name = {};
                } else {
                    type.target = id_of(*die, static_cast<std::uint8_t>(Part::prototype));
                }
                break;
            case TypeKind::integer:
            case TypeKind::floating: {
                auto encoding = number(*die, DW_AT_encoding);
                type.is_signed = encoding == DW_ATE_signed || encoding == DW_ATE_signed_char;
                break;
            }
            case TypeKind::enumeration:
            case TypeKind::enumeration64: {
                type.target = 0;
                for (auto [name, value] : enumerators(*die)) type.is_signed = type.is_signed || value < 0;
                break;
            }
            case TypeKind::forward:
                type.count = dwarf_tag(&*die) == DW_TAG_union_type ? 1 : 0;
                break;
            default:
                break;
        }
        if (type.kind != TypeKind::pointer) type.size = number(*die, DW_AT_byte_size).value_or(0);
        return type;
    }

    static std::vector<std::pair<std::string_view, std::int64_t>> enumerators(Dwarf_Die& die) {
        std::vector<std::pair<std::string_view, std::int64_t>> values;
        each_child(die, [&](Dwarf_Die& child) {
            Dwarf_Attribute found;
            Dwarf_Sword value = 0;
            if (dwarf_tag(&child) == DW_TAG_enumerator && dwarf_attr(&child, DW_AT_const_value, &found) &&
                dwarf_formsdata(&found, &value) == 0)
                values.emplace_back(name_in(child), value);
            return true;
        });
        return values;
    }
};

DwarfTypes::DwarfTypes(std::unique_ptr<State> state) : state_(std::move(state)) {}
DwarfTypes::~DwarfTypes() = default;

Result<std::unique_ptr<DwarfTypes>> DwarfTypes::open(const ElfFile& file) {
    if (!file.has_dwarf()) return fail(file.path() + ": holds no DWARF debug information");
    auto sections_by = [](const auto& bytes) {
        return DwarfSections{bytes(".debug_info"), bytes(".debug_abbrev"), bytes(".debug_str"),
                             bytes(".debug_line_str"), bytes(".debug_str_offsets")};
    };
    if (file.relocatable()) {
        auto relocated = RelocatedDwarf::open(file);
        if (!relocated) return std::unexpected(std::move(relocated.error()));
        const DwarfSections sections =
            sections_by([&](std::string_view name) { return relocated->section(name); });
        return std::unique_ptr<DwarfTypes>(
            new DwarfTypes(std::make_unique<State>(std::move(*relocated), sections)));
    }
    Dwarf* dwarf = dwarf_begin_elf(file.handle(), DWARF_C_READ, nullptr);
    if (!dwarf) return fail(file.path() + ": its DWARF debug information is damaged");
    const DwarfSections sections =
        sections_by([&](std::string_view name) { return file.section(name).bytes; });
    return std::unique_ptr<DwarfTypes>(new DwarfTypes(std::make_unique<State>(dwarf, sections)));
}

TypeId DwarfTypes::end() const { return static_cast<TypeId>(state_->places.size()); }

Type DwarfTypes::type(TypeId id) const {
    if (id == 0 || id >= state_->places.size()) return {};
    auto known = state_->types.find(id);
    if (known == state_->types.end()) known = state_->types.emplace(id, state_->read(id)).first;
    return known->second;
}

std::vector<Member> DwarfTypes::members(TypeId id) const {
    std::vector<Member> members;
    auto die = state_->definition_of(id);
    if (!die) return members;
    const int tag = dwarf_tag(&*die);
    const bool code = tag == DW_TAG_subroutine_type || tag == DW_TAG_subprogram;
    const bool aggregate =
        tag == DW_TAG_structure_type || tag == DW_TAG_class_type || tag == DW_TAG_union_type;
    if (!code && !aggregate) return members;
    each_child(*die, [&](Dwarf_Die& child) {
        const int kind = dwarf_tag(&child);
        if (code ? kind == DW_TAG_formal_parameter : kind == DW_TAG_member) {
            const std::uint64_t size = code ? 0 : number(child, DW_AT_bit_size).value_or(0);
            members.push_back({name_in(child), state_->target_of(child),
                               code ? 0 : static_cast<std::uint32_t>(bit_offset_of(child, size)),
                               static_cast<std::uint32_t>(size)});
        } else if (code && kind == DW_TAG_unspecified_parameters) {
            members.push_back({});
        }
        return true;
    });
    return members;
}

std::vector<std::pair<std::string_view, std::int64_t>> DwarfTypes::enumerators(TypeId id) const {
    auto die = state_->die_of(id);
    if (!die || dwarf_tag(&*die) != DW_TAG_enumeration_type) return {};
    return State::enumerators(*die);
}

std::optional<TypeId> DwarfTypes::find(std::string_view name, std::optional<TypeKind> kind) const {
    if (name.empty()) return std::nullopt;
    if (kind == TypeKind::floating) kind = TypeKind::integer;
    if (kind == TypeKind::enumeration64) kind = TypeKind::enumeration;
    static constexpr std::array kAny{TypeKind::structure, TypeKind::union_type, TypeKind::enumeration,
                                     TypeKind::type_def, TypeKind::integer};
    auto offset = state_->index.find(name, kind ? std::span(&*kind, 1) : std::span<const TypeKind>(kAny));
    return offset ? std::optional(state_->id_of(Place{*offset, false, 0})) : std::nullopt;
}

}  // namespace inquest
