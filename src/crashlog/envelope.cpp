#include "crashlog/envelope.h"

#include <array>
#include <bit>
#include <cstdint>

namespace inquest {
namespace {

// For each byte the envelopes that can begin with it, one bit each.
using Dispatch = std::array<std::uint64_t, 256>;

Dispatch make_dispatch() {
    Dispatch table{};
    std::uint64_t bit = 1;
    for (const Envelope* envelope : all_envelopes()) {
        for (unsigned byte = 0; byte < table.size(); ++byte) {
            bool can_begin = envelope->starts.empty() || envelope->starts.contains(static_cast<char>(byte));
            if (can_begin) table[byte] |= bit;
        }
        bit <<= 1;
    }
    return table;
}

// The envelope that came off; nullptr when none is there.
const Envelope* strip_one(Line& line) {
    static const Dispatch kDispatch = make_dispatch();
    if (line.text.empty()) return nullptr;
    for (auto left = kDispatch[static_cast<unsigned char>(line.text.front())]; left != 0; left &= left - 1) {
        const Envelope* envelope = all_envelopes()[static_cast<std::size_t>(std::countr_zero(left))];
        if (envelope->strip(line)) return envelope;
    }
    return nullptr;
}

}  // namespace

void strip_envelopes(Line& line) {
    static constexpr int kMostNested = 12;  // "> > > > " counts once; nobody wraps deeper than this
    for (int depth = 0; depth < kMostNested; ++depth) {
        const Envelope* envelope = strip_one(line);
        if (envelope == nullptr) break;
        if (line.envelope.empty()) line.envelope = envelope->name;
    }
    if (line.envelope.empty()) line.envelope = "plain";
}

}  // namespace inquest
