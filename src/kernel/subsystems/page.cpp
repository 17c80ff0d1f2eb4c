#include "kernel/subsystems/page.h"

#include <algorithm>
#include <bit>
#include <fmt/format.h>

#include "base/text.h"
#include "kernel/structure.h"

namespace inquest {
namespace {

// include/linux/mmzone.h: SECTION_HAS_MEM_MAP; the low bits of section_mem_map are flags, and the vmemmap
// that it encodes begins on a page.
constexpr std::uint64_t kHasMemMap = 2, kSectionFlags = 0xfff;
constexpr std::uint64_t kMostRoots = 1 << 16;

// arch/x86/include/asm/page_64_types.h: __PAGE_OFFSET_BASE_L4 and _L5, for kernels without
// CONFIG_RANDOMIZE_MEMORY.
constexpr std::uint64_t kDirectMap4 = 0xffff888000000000, kDirectMap5 = 0xff11000000000000;

// mm/page-flags: a page that nobody maps keeps its type in _mapcount; the bits are clear where the type is
// set. Macros up to 6.10; values of 4.18 and 5.0 (6e292b9be7f4, ca215086b14b).
struct TypeBit {
    std::uint32_t bit;
    std::string_view name;
};
constexpr TypeBit kTypeBits[] = {{0x80, "buddy"}, {0x100, "offline"}, {0x200, "table"}, {0x400, "guard"}};
constexpr std::uint32_t kTypeBase = 0xf0000000;

std::string type_name(Session& session, std::uint32_t value) {
    const Types* types = session.types();
    if (auto id = types->find("pagetype", TypeKind::enumeration)) {
        for (auto [name, number] : types->enumerators(*id))
            if (name.starts_with("PGTY_") && name != "PGTY_mapcount_underflow" &&
                static_cast<std::uint64_t>(number) == value >> 24)
                return std::string(name.substr(5));
        return "";
    }
    if ((value & kTypeBase) == kTypeBase)
        for (auto [bit, name] : kTypeBits)
            if ((value & bit) == 0 && value != ~std::uint32_t{0}) return std::string(name);
    return "";
}

}  // namespace

std::uint64_t head_of(std::uint64_t descriptor, std::uint64_t compound) {
    if ((compound & 1) == 0) return descriptor;
    const std::uint64_t cleared = ~compound | 1;
    const bool is_mask = (cleared & (cleared + 1)) == 0;
    return is_mask ? descriptor & compound : compound - 1;
}

Result<PageMap> PageMap::find(Session& session) {
    PageMap map;
    const Vmcoreinfo& info = session.info();
    const bool x86 = session.tables().leaf == PageTables::Leaf::x86;
    Structure section(session, "mem_section"), page(session, "page");
    map.shift_ = session.tables().page_shift;
    map.descriptor_size_ = page.known() ? page.size() : info.size("page").value_or(0);
    auto roots = info.symbol("mem_section");
    auto root_count = info.length("mem_section");
    auto member = section.offset("section_mem_map");
    if (!roots || !root_count || !member || map.descriptor_size_ == 0 || section.size() == 0)
        return fail("the dump does not tell where the page descriptors are (mem_section)");
    // SECTION_SIZE_BITS is in VMCOREINFO since 5.10; x86-64 always had 27.
    const auto bits = static_cast<std::uint64_t>(info.number("SECTION_SIZE_BITS").value_or(27));
    if (bits < map.shift_ || bits > 40) return fail("VMCOREINFO's SECTION_SIZE_BITS is out of all bounds");
    const std::uint64_t frames = std::uint64_t{1} << (bits - map.shift_);
    const std::uint64_t per_root = map.page_size() / section.size();
    for (std::uint64_t root = 0; root < std::min(*root_count, kMostRoots); ++root) {
        auto table = session.read_pointer(*roots + root * 8);
        if (!table || *table == 0) continue;
        for (std::uint64_t i = 0; i < per_root; ++i) {
            auto encoded = session.read_pointer(*table + i * section.size() + *member);
            if (!encoded || (*encoded & kHasMemMap) == 0) continue;
            map.descriptors_ = *encoded & ~kSectionFlags;
            const std::uint64_t first = (root * per_root + i) * frames;
            if (!map.ranges_.empty() && map.ranges_.back().end == first) {
                map.ranges_.back().end += frames;
            } else {
                map.ranges_.push_back({first, first + frames});
            }
        }
    }
    if (map.ranges_.empty()) return fail("no section of memory has page descriptors in this dump");
    if (x86) {
        const bool five = session.tables().va_bits == 57;
        map.direct_map_ = read_global(session, "page_offset_base").value_or(five ? kDirectMap5 : kDirectMap4);
    } else {
        // arch/arm64/include/asm/memory.h: PAGE_OFFSET is the lowest address of the kernel's half since 5.4
        // (14c127c957c1).
        auto offset = info.number("PHYS_OFFSET");
        auto bits_built = info.number("VA_BITS");
        if (!offset || !bits_built || *bits_built < 36 || *bits_built > 52)
            return fail("VMCOREINFO of this arm64 dump lacks PHYS_OFFSET or VA_BITS");
        map.direct_map_ = ~std::uint64_t{0} << *bits_built;
        map.first_byte_ = static_cast<std::uint64_t>(*offset);
    }
    map.direct_size_ = (map.ranges_.back().end << map.shift_) - map.first_byte_;
    return map;
}

bool PageMap::exists(std::uint64_t pfn) const {
    return std::ranges::any_of(ranges_,
                               [pfn](const Range& range) { return pfn >= range.first && pfn < range.end; });
}

std::optional<std::uint64_t> PageMap::pfn_of_descriptor(std::uint64_t address) const {
    if (address < descriptors_) return std::nullopt;
    const std::uint64_t pfn = (address - descriptors_) / descriptor_size_;
    return exists(pfn) ? std::optional(pfn) : std::nullopt;
}

std::optional<std::uint64_t> PageMap::pfn_of_address(std::uint64_t address) const {
    if (address < direct_map_ || address - direct_map_ >= direct_size_) return std::nullopt;
    const std::uint64_t pfn = (address - direct_map_ + first_byte_) >> shift_;
    return exists(pfn) ? std::optional(pfn) : std::nullopt;
}

std::optional<PageView> read_page(Session& session, const PageMap& map, std::uint64_t pfn) {
    Structure page(session, "page");
    PageView view{.pfn = pfn, .descriptor = map.descriptor_of(pfn)};
    // memdesc_flags_t since 6.18 (53fbef56e07d).
    auto flags = page.get(view.descriptor, "flags");
    auto compound = page.get(view.descriptor, page.has("compound_head") ? "compound_head" : "compound_info");
    if (!flags) return std::nullopt;
    view.head = head_of(view.descriptor, compound.value_or(0));
    const Types* types = session.types();
    if (auto id = types->find("pageflags", TypeKind::enumeration)) {
        std::uint64_t named = 0, count = 64;
        for (auto [name, bit] : types->enumerators(*id))
            if (name == "__NR_PAGEFLAGS") count = static_cast<std::uint64_t>(bit);
        view.flags = *flags & ((count < 64 ? std::uint64_t{1} << count : 0) - 1);
        for (auto [name, bit] : types->enumerators(*id)) {
            if (bit < 0 || static_cast<std::uint64_t>(bit) >= count || !name.starts_with("PG_")) continue;
            // Several names share a bit; the first is what it was made for.
            const std::uint64_t mask = std::uint64_t{1} << bit;
            if ((view.flags & mask) == 0 || (named & mask)) continue;
            named |= mask;
            view.flag_names.emplace_back(name.substr(3));
        }
    }
    if (auto type = page.get(view.descriptor, "page_type"))
        view.type = type_name(session, static_cast<std::uint32_t>(*type));
    view.references = static_cast<std::int32_t>(page.get_signed(view.descriptor, "_refcount").value_or(0));
    view.mapping = page.get(view.descriptor, "mapping").value_or(0);
    view.index = page.get(view.descriptor, page.has("index") ? "index" : "__folio_index").value_or(0);
    view.private_word = page.get(view.descriptor, "private").value_or(0);
    return view;
}

bool in_free_block(Session& session, const PageMap& map, std::uint64_t pfn) {
    constexpr unsigned kOrders = 16;  // above MAX_PAGE_ORDER of any configuration
    for (unsigned order = 0; order < kOrders; ++order) {
        const std::uint64_t first = pfn >> order << order;
        if (order && first == pfn >> (order - 1) << (order - 1)) continue;  // looked at
        if (!map.exists(first)) return false;
        auto page = read_page(session, map, first);
        if (page && page->type == "buddy")
            return page->private_word < kOrders && pfn - first < std::uint64_t{1} << page->private_word;
    }
    return false;
}

SlabMark::SlabMark(Session& session) {
    if (auto bit = enumerator(session, "pageflags", "PG_slab")) flag_ = static_cast<unsigned>(*bit);
    if (auto type = enumerator(session, "pagetype", "PGTY_slab")) type_ = static_cast<std::uint32_t>(*type);
}

}  // namespace inquest
