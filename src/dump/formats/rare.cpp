// LKCD, sadump and stand-alone dumps of s390: told by their first bytes, read by libkdumpfile.
#include <algorithm>
#include <array>
#include <bit>

#include "dump/kdumpfile_library.h"

namespace inquest {
namespace {

constexpr std::array<std::array<std::uint8_t, 8>, 3> kMagics{{
    {0xed, 0x23, 0x8f, 0x61, 0x73, 0x01, 0x19, 0xa8},  // LKCD: DUMP_MAGIC_NUMBER, little-endian
    {0xa8, 0x19, 0x01, 0x73, 0x61, 0x8f, 0x23, 0xfd},  // s390: DF_S390_MAGIC, big-endian
    {'s', 'a', 'd', 'u', 'm', 'p', 0, 0},              // sadump: header of a partition
}};

bool sniff(const Image& image) {
    std::array<std::uint8_t, 8> magic{};
    return image.read_struct(0, magic) && std::ranges::find(kMagics, magic) != kMagics.end();
}

// libkdumpfile takes what an LKCD header (dh_dump_page_size, at byte 20) says for a size to allocate.
Result<std::unique_ptr<Dump>> open(Image image) {
    constexpr std::uint32_t kSmallestPage = 4096, kLargestPage = 65536;
    std::array<std::uint8_t, 8> magic{};
    std::uint32_t page = 0;
    const bool whole = image.read_struct(0, magic) && image.read_struct(20, page);
    if (!whole ||
        (magic == kMagics[0] && (page < kSmallestPage || page > kLargestPage || !std::has_single_bit(page))))
        return fail("this LKCD dump's header is damaged: it speaks of pages of " + std::to_string(page) +
                    " bytes");
    return open_with_libkdumpfile(std::move(image));
}

}  // namespace

extern const Format plugin_formats_rare;
const Format plugin_formats_rare{"LKCD, sadump, s390", sniff, open};

}  // namespace inquest
