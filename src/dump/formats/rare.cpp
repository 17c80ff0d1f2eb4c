// LKCD, sadump and stand-alone dumps of s390: told by their first bytes, read by libkdumpfile.
#include <algorithm>
#include <array>

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

}  // namespace

extern const Format plugin_formats_rare;
const Format plugin_formats_rare{"LKCD, sadump, s390", sniff, open_with_libkdumpfile};

}  // namespace inquest
