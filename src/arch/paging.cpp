#include "arch/paging.h"

namespace inquest {
namespace {

constexpr std::uint64_t low_bits(unsigned count) {
    return count >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << count) - 1;
}

bool maps_block(PageTables::Leaf leaf, std::uint64_t entry) {
    constexpr std::uint64_t kPageSizeBit = 1 << 7, kTableBit = 1 << 1;
    return leaf == PageTables::Leaf::x86 ? entry & kPageSizeBit : !(entry & kTableBit);
}

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
    const unsigned bits_per_level = tables.page_shift - 3;
    unsigned top = tables.page_shift;  // the lowest address bit that the top table resolves
    while (top + bits_per_level < tables.va_bits) top += bits_per_level;
    std::uint64_t table = tables.root, translated = address & low_bits(tables.va_bits);
    for (unsigned shift = top;; shift -= bits_per_level) {
        std::uint64_t index = translated >> shift;
        if (shift != top) index &= low_bits(bits_per_level);
        auto entry = read_entry(table + index * 8);
        constexpr std::uint64_t kPresent = 1;
        if (!entry || !(*entry & kPresent)) return std::nullopt;
        std::uint64_t next = *entry & tables.address_mask;
        if (shift == tables.page_shift || maps_block(tables.leaf, *entry))
            return (next & ~low_bits(shift)) | (address & low_bits(shift));
        table = next;
    }
}

}  // namespace inquest
