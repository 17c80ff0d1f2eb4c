#include "kernel/subsystems/swap.h"

#include <algorithm>
#include <fmt/format.h>

#include "base/text.h"
#include "kernel/object.h"
#include "kernel/structure.h"
#include "kernel/subsystems/file.h"

namespace inquest {
namespace {

constexpr std::uint64_t kMostAreas = 32;  // 1 << MAX_SWAPFILES_SHIFT
// include/linux/swap.h: SWP_USED, SWP_WRITEOK; since 2.6.
constexpr std::uint64_t kUsed = 1, kWriteOk = 2;
// mm/swapfile.c: SWAP_USAGE_OFFLIST_BIT in inuse_pages since 6.13 (b228386cf37c).
constexpr std::uint64_t kOffList = std::uint64_t{1} << 30;
// include/uapi/linux/stat.h
constexpr std::uint64_t kFormat = 0170000, kBlockDevice = 0060000;

// swapper_spaces: an array of address spaces per area, each with its count of pages; up to 5.11.
std::uint64_t cached_in_spaces(Session& session, std::uint64_t areas) {
    Structure space(session, "address_space");
    auto spaces = session.symbols().address_of("swapper_spaces"),
         counts = session.symbols().address_of("nr_swapper_spaces");
    constexpr std::uint64_t kMostSpaces = 1 << 16;
    std::uint64_t pages = 0;
    for (std::uint64_t i = 0; spaces && counts && i < areas; ++i) {
        auto first = session.read_pointer(*spaces + i * 8);
        auto count = session.read_as<std::uint32_t>(*counts + i * 4).value_or(0);
        for (std::uint64_t j = 0; first && *first && j < std::min<std::uint64_t>(count, kMostSpaces); ++j)
            pages += space.get(*first + j * space.size(), "nrpages").value_or(0);
    }
    return pages;
}

}  // namespace

Swap read_swap(Session& session) {
    Swap swap;
    Objects objects(session);
    Structure area(session, "swap_info_struct"), file(session, "file"), inode(session, "inode");
    auto table = session.symbols().named("swap_info");
    auto total = read_global(session, "total_swap_pages"), free = read_global(session, "nr_swap_pages");
    if (table.size() != 1 || !total || !free || !area.known()) {
        swap.problems.emplace_back("the swap areas cannot be found: no symbol swap_info, or no types");
        return swap;
    }
    swap.total = *total;
    swap.free = *free;
    const std::uint64_t slots = std::min<std::uint64_t>(table[0].size / 8, kMostAreas);
    for (std::uint64_t i = 0; i < slots; ++i) {
        auto address = session.read_pointer(table[0].address + i * 8);
        if (!address || *address == 0) continue;
        auto flags = area.get(*address, "flags"), used = area.get(*address, "inuse_pages"),
             pages = area.get(*address, "pages");
        if (!flags || !used || !pages) {
            swap.problems.push_back(fmt::format("the swap area at {} is not in the dump", hex(*address)));
            continue;
        }
        if ((*flags & kUsed) == 0) continue;
        SwapArea one{.address = *address, .file = {}, .pages = *pages, .used = *used & ~kOffList};
        one.writable = (*flags & kWriteOk) != 0;
        one.priority = static_cast<int>(area.get_signed(*address, "prio").value_or(0));
        auto opened = area.get(*address, "swap_file");
        if (opened && *opened) {
            one.file = path_of_file(objects, objects.at("file", *opened));
            auto of = file.get(*opened, "f_inode");
            auto mode = of ? inode.get(*of, "i_mode") : std::nullopt;
            one.partition = mode && (*mode & kFormat) == kBlockDevice;
        }
        if (!one.writable) {  // si_swapinfo() counts what swapoff has still to empty
            swap.total += one.used;
            swap.free += one.used;
        }
        swap.areas.push_back(std::move(one));
    }
    swap.cached = cached_in_spaces(session, slots);
    return swap;
}

}  // namespace inquest
