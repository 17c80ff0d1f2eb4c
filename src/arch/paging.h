// Walking page tables out of a dump.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace inquest {

// The shape of a kernel's page tables: a radix tree of 8-byte entries.
struct PageTables {
    std::uint64_t root = 0;  // physical address of the top table
    unsigned page_shift = 12;
    unsigned va_bits = 48;           // bits that are translated; those above are sign extension
    std::uint64_t address_mask = 0;  // of the physical address in an entry
    std::uint64_t sme_mask = 0;      // x86: encryption bit, to be taken out of addresses
    enum class Leaf : std::uint8_t { x86, arm64 } leaf = Leaf::x86;  // how an entry says that it maps a block
    // arm64 has tables for each half of the addresses, which bit 55 tells apart: these are the kernel's.
    bool upper_half = true;
};

// x86-64 (Intel SDM 3A, 4.5): 4 levels and 48 bits, or 5 and 57.
PageTables x86_64_tables(std::uint64_t root, bool five_levels, std::uint64_t sme_mask);
// arm64 (Arm ARM D8.3): 4K, 16K or 64K pages, 36 to 52 bits.
PageTables arm64_tables(std::uint64_t root, unsigned page_shift, unsigned va_bits);

// The physical address that `address` maps to. `read_entry` gives the 8 bytes at a physical address or
// nullopt; it is called once a level, so that tables in a loop end nowhere.
std::optional<std::uint64_t> walk(
    const PageTables& tables, std::uint64_t address,
    const std::function<std::optional<std::uint64_t>(std::uint64_t)>& read_entry);

// One table on the way.
struct WalkStep {
    unsigned shift = 0;       // of the address bits that the table resolves; page_shift in the last
    std::uint64_t place = 0;  // physical address of the entry
    std::optional<std::uint64_t> entry;  // nullopt: it cannot be read
    bool present = false, leaf = false;  // leaf: it maps a page (of 1 << shift bytes), not a table
};

// The same, telling `visit` of every table from the top on.
std::optional<std::uint64_t> walk(
    const PageTables& tables, std::uint64_t address,
    const std::function<std::optional<std::uint64_t>(std::uint64_t)>& read_entry,
    const std::function<void(const WalkStep&)>& visit);

// Linux's name of the table whose entries map 1 << shift bytes: "PGD", "P4D", "PUD", "PMD", "PTE".
std::string_view level_name(const PageTables& tables, unsigned shift);

// What an entry's bits say, in Linux's words: "PRESENT", "RW", "USER", "NX", ... Empty for 0.
std::vector<std::string_view> entry_flags(const PageTables& tables, const WalkStep& step);

}  // namespace inquest
