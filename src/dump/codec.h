// The codecs of compressed pages.
#pragma once

#include <cstdint>
#include <span>

namespace inquest {

enum class Codec : std::uint8_t { none, zlib, lzo, snappy, zstd };

// Fills `page` exactly; false when the data do not decompress to that size. Contexts are kept per thread.
bool decompress(Codec codec, std::span<const std::uint8_t> data, std::span<std::uint8_t> page);

}  // namespace inquest
