#include "base/text.h"
#include "knowledge/condition.h"

namespace inquest {
namespace {

constexpr Address kPage = 0x1000;
constexpr Address kListPoison64 = 0xdead000000000000;

bool within(Address address, Address base, Address size) { return address - base < size; }

bool is_32bit(std::string_view arch) {
    return arch == "i386" || arch == "arm" || arch == "ppc" || arch == "mips";
}

bool is_poison(Address address) {
    // LIST_POISON1 and 2 plus a member's offset, on 64 bits and 32; use-after-free and uninitialised patterns
    // of slabs.
    if (within(address, kListPoison64, kPage) || within(address, 0x6b6b6b6b, kPage) ||
        within(address, 0x5a5a5a5a, kPage) || within(address, 0xa5a5a5a5, kPage))
        return true;
    for (Address pattern :
         {0x6b6b6b6b6b6b6b6bULL, 0x5a5a5a5a5a5a5a5aULL, 0xa5a5a5a5a5a5a5a5ULL, 0xccccccccccccccccULL})
        if (within(address, pattern - kPage, 2 * kPage)) return true;
    return false;
}

}  // namespace

std::optional<bool> address_is(Address address, std::string_view wanted, std::string_view arch) {
    if (wanted == "null") return address < kPage;
    if (wanted == "poison") return is_poison(address);
    // MAX_ERRNO is 4095; a member's offset on top may carry the sum over zero, which "null" covers.
    if (wanted == "error-pointer")
        return address >= (is_32bit(arch) ? Address{0xfffff001} : ~Address{0} - 4094);
    if (wanted == "user") return address >= kPage && !is_poison(address) && address < (Address{1} << 47);
    if (wanted == "kernel") return address >= 0xffff000000000000 && address < ~Address{0} - 4094;
    // Only x86_64 keeps modules at a place that never moved.
    if (wanted == "modules")
        return (arch == "x86_64" || arch.empty()) && within(address, 0xffffffffa0000000, 0x5f000000);
    if (auto number = wanted.starts_with("0x") ? parse_hex(wanted) : std::nullopt) return address == *number;
    return std::nullopt;
}

}  // namespace inquest
