#include "synth/bytes.h"

#include <algorithm>

namespace inquest::synth {

void Bytes::put_bytes(std::uint64_t offset, std::span<const std::uint8_t> bytes) {
    room(offset + bytes.size());
    std::ranges::copy(bytes, data_.begin() + static_cast<std::ptrdiff_t>(offset));
}

void Bytes::room(std::uint64_t size) {
    if (data_.size() < size) data_.resize(size);
}

}  // namespace inquest::synth
