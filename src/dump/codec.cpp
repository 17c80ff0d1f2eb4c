#include "dump/codec.h"

#include <algorithm>
#include <libdeflate.h>
#include <lzo/lzo1x.h>
#include <memory>
#include <snappy-c.h>
#include <zstd.h>

namespace inquest {
namespace {

struct FreeDeflate {
    void operator()(libdeflate_decompressor* context) const { libdeflate_free_decompressor(context); }
};
struct FreeZstd {
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

bool inflate(std::span<const std::uint8_t> data, std::span<std::uint8_t> page) {
    thread_local std::unique_ptr<libdeflate_decompressor, FreeDeflate> context(
        libdeflate_alloc_decompressor());
    std::size_t size = 0;
    return libdeflate_zlib_decompress(context.get(), data.data(), data.size(), page.data(), page.size(),
                                      &size) == LIBDEFLATE_SUCCESS &&
           size == page.size();
}

bool unlzo(std::span<const std::uint8_t> data, std::span<std::uint8_t> page) {
    lzo_uint size = page.size();
    return lzo1x_decompress_safe(data.data(), data.size(), page.data(), &size, nullptr) == LZO_E_OK &&
           size == page.size();
}

bool unsnappy(std::span<const std::uint8_t> data, std::span<std::uint8_t> page) {
    const char* source = reinterpret_cast<const char*>(data.data());
    std::size_t size = 0;
    if (snappy_uncompressed_length(source, data.size(), &size) != SNAPPY_OK || size != page.size())
        return false;
    return snappy_uncompress(source, data.size(), reinterpret_cast<char*>(page.data()), &size) == SNAPPY_OK &&
           size == page.size();
}

// A context costs more than a page: design.md measured 0.28 GB/s with a new one each time.
bool unzstd(std::span<const std::uint8_t> data, std::span<std::uint8_t> page) {
    thread_local std::unique_ptr<ZSTD_DCtx, FreeZstd> context(ZSTD_createDCtx());
    return ZSTD_decompressDCtx(context.get(), page.data(), page.size(), data.data(), data.size()) ==
           page.size();
}

}  // namespace

bool decompress(Codec codec, std::span<const std::uint8_t> data, std::span<std::uint8_t> page) {
    switch (codec) {
        case Codec::zlib:
            return inflate(data, page);
        case Codec::lzo:
            return unlzo(data, page);
        case Codec::snappy:
            return unsnappy(data, page);
        case Codec::zstd:
            return unzstd(data, page);
        case Codec::none:
            break;
    }
    if (data.size() != page.size()) return false;
    std::ranges::copy(data, page.begin());
    return true;
}

}  // namespace inquest
