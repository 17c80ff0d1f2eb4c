// Any bytes as a compressed file: the stream ends, with an error or without.
#include <cstdint>
#include <vector>

#include "base/input.h"

using namespace inquest;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    auto input = decode(read_memory({reinterpret_cast<const char*>(data), size}));
    if (!input) return 0;
    std::vector<char> block(1 << 16);
    static constexpr int kEnough = 256;  // a bomb may go on for long; nobody reads it at once
    for (int reads = 0; reads < kEnough; ++reads) {
        auto got = (*input)->read(block);
        if (!got || *got == 0) break;
    }
    return 0;
}
