#include "crashlog/envelope.h"

#include <algorithm>

namespace inquest {

void strip_envelopes(Line& line) {
    static constexpr int kMostNested = 12;   // "> > > > " counts once; nobody wraps deeper than this
    for (int depth = 0; depth < kMostNested; ++depth) {
        auto strips = [&](const Envelope* envelope) { return envelope->strip(line); };
        if (std::ranges::none_of(all_envelopes(), strips)) return;
    }
}

}  // namespace inquest
