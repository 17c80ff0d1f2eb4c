#include "arch/paging.h"

#include <span>

namespace inquest {
namespace {

constexpr std::uint64_t low_bits(unsigned count) {
    return count >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << count) - 1;
}

bool maps_block(PageTables::Leaf leaf, std::uint64_t entry) {
    constexpr std::uint64_t kPageSizeBit = 1 << 7, kTableBit = 1 << 1;
    return leaf == PageTables::Leaf::x86 ? entry & kPageSizeBit : !(entry & kTableBit);
}

unsigned top_shift(const PageTables& tables) {
    const unsigned bits_per_level = tables.page_shift - 3;
    unsigned top = tables.page_shift;  // the lowest address bit that the top table resolves
    while (top + bits_per_level < tables.va_bits) top += bits_per_level;
    return top;
}

// Whether the bits that are not translated are as the hardware wants them. On arm64 the uppermost byte may be
// a tag.
bool is_canonical(const PageTables& tables, std::uint64_t address) {
    if (tables.leaf == PageTables::Leaf::x86) {
        auto above = static_cast<std::int64_t>(address) >> (tables.va_bits - 1);
        return above == 0 || above == -1;
    }
    const std::uint64_t above = low_bits(56) & ~low_bits(tables.va_bits);
    return (address & above) == (tables.upper_half ? above : 0);
}

template <typename Visit>
std::optional<std::uint64_t> walk_tables(
    const PageTables& tables, std::uint64_t address,
    const std::function<std::optional<std::uint64_t>(std::uint64_t)>& read_entry, Visit visit) {
    if (!is_canonical(tables, address)) return std::nullopt;
    const unsigned bits_per_level = tables.page_shift - 3, top = top_shift(tables);
    std::uint64_t table = tables.root, translated = address & low_bits(tables.va_bits);
    for (unsigned shift = top;; shift -= bits_per_level) {
        std::uint64_t index = translated >> shift;
        if (shift != top) index &= low_bits(bits_per_level);
        WalkStep step{shift, table + index * 8, read_entry(table + index * 8)};
        constexpr std::uint64_t kPresent = 1;
        step.present = step.entry && *step.entry & kPresent;
        step.leaf = step.present && (shift == tables.page_shift || maps_block(tables.leaf, *step.entry));
        visit(step);
        if (!step.present) return std::nullopt;
        std::uint64_t next = *step.entry & tables.address_mask;
        if (step.leaf) return (next & ~low_bits(shift)) | (address & low_bits(shift));
        table = next;
    }
}

struct Flag {
    std::uint64_t mask, value;  // set when the masked bits are `value`
    std::string_view name;
    enum class Where : std::uint8_t {
        any,
        leaf,
        table,
        block
    } where = Where::any;  // block: a leaf above PTE
};

// arch/x86/include/asm/pgtable_types.h: _PAGE_BIT_*.
constexpr Flag kX86Flags[] = {
    {1 << 0, 1 << 0, "PRESENT"},
    {1 << 1, 1 << 1, "RW"},
    {1 << 2, 1 << 2, "USER"},
    {1 << 3, 1 << 3, "PWT"},
    {1 << 4, 1 << 4, "PCD"},
    {1 << 5, 1 << 5, "ACCESSED"},
    {1 << 6, 1 << 6, "DIRTY", Flag::Where::leaf},
    {1 << 7, 1 << 7, "PSE", Flag::Where::block},
    {1 << 8, 1 << 8, "GLOBAL", Flag::Where::leaf},
    {std::uint64_t{1} << 63, std::uint64_t{1} << 63, "NX"},
};

// Arm ARM D8.3; arch/arm64/include/asm/pgtable-hwdef.h: PTE_*.
constexpr Flag kArm64Flags[] = {
    {1 << 0, 1 << 0, "VALID"},
    {1 << 1, 1 << 1, "TABLE", Flag::Where::table},
    {1 << 6, 1 << 6, "USER", Flag::Where::leaf},
    {1 << 7, 1 << 7, "RDONLY", Flag::Where::leaf},
    {3 << 8, 3 << 8, "SHARED", Flag::Where::leaf},
    {1 << 10, 1 << 10, "AF", Flag::Where::leaf},
    {1 << 11, 1 << 11, "NG", Flag::Where::leaf},
    {std::uint64_t{1} << 51, std::uint64_t{1} << 51, "DBM", Flag::Where::leaf},
    {std::uint64_t{1} << 52, std::uint64_t{1} << 52, "CONT", Flag::Where::leaf},
    {std::uint64_t{1} << 53, std::uint64_t{1} << 53, "PXN", Flag::Where::leaf},
    {std::uint64_t{1} << 54, std::uint64_t{1} << 54, "UXN", Flag::Where::leaf},
};

}  // namespace

PageTables x86_64_tables(std::uint64_t root, bool five_levels, std::uint64_t sme_mask) {
    return {root,
            12,
            five_levels ? 57u : 48u,
            low_bits(52) & ~low_bits(12) & ~sme_mask,
            sme_mask,
            PageTables::Leaf::x86};
}

PageTables arm64_tables(std::uint64_t root, unsigned page_shift, unsigned va_bits) {
    return {root, page_shift, va_bits, low_bits(48) & ~low_bits(page_shift), 0, PageTables::Leaf::arm64};
}

std::optional<std::uint64_t> walk(
    const PageTables& tables, std::uint64_t address,
    const std::function<std::optional<std::uint64_t>(std::uint64_t)>& read_entry) {
    return walk_tables(tables, address, read_entry, [](const WalkStep&) {});
}

std::optional<std::uint64_t> walk(
    const PageTables& tables, std::uint64_t address,
    const std::function<std::optional<std::uint64_t>(std::uint64_t)>& read_entry,
    const std::function<void(const WalkStep&)>& visit) {
    return walk_tables(tables, address, read_entry, visit);
}

std::string_view level_name(const PageTables& tables, unsigned shift) {
    if (shift == top_shift(tables)) return "PGD";
    constexpr std::string_view kNames[] = {"PTE", "PMD", "PUD", "P4D"};
    const unsigned level = (shift - tables.page_shift) / (tables.page_shift - 3);
    return level < std::size(kNames) ? kNames[level] : "P4D";
}

std::vector<std::string_view> entry_flags(const PageTables& tables, const WalkStep& step) {
    std::vector<std::string_view> names;
    if (!step.entry || !step.present) return names;  // what is not present the kernel uses as it likes
    const bool block = step.leaf && step.shift != tables.page_shift;
    std::span<const Flag> flags = tables.leaf == PageTables::Leaf::x86 ? std::span<const Flag>(kX86Flags)
                                                                       : std::span<const Flag>(kArm64Flags);
    for (const Flag& flag : flags) {
        bool applies = flag.where == Flag::Where::any || (flag.where == Flag::Where::leaf && step.leaf) ||
                       (flag.where == Flag::Where::table && !step.leaf) ||
                       (flag.where == Flag::Where::block && block);
        if (applies && (*step.entry & flag.mask) == flag.value) names.push_back(flag.name);
    }
    return names;
}

}  // namespace inquest
