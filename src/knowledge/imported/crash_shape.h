// What of a crash is compared with the crashes that imported issues quote: the same for both sides.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "knowledge/event_view.h"

namespace inquest {

struct CrashShape {
    static constexpr std::size_t kMaxFunctions = 48;

    Kind kind = Kind::other;
    std::string guilty;                  // bare, "" when nobody is to blame
    std::vector<std::string> functions;  // bare, innermost first, none twice in a row
};

// Frames that the unwinder was not sure of count only where hardly any other is there.
CrashShape shape_of(const EventView& view);

// Whether one bug can show itself as both kinds. `related`: in other words (a use after free is a page fault
// where no sanitizer watches).
enum class KindFit : std::uint8_t { foreign, related, same };
KindFit fit_of(Kind a, Kind b);

// Whether the trace of such an event is that of whoever waits or asks for memory.
bool shows_a_victim(Kind kind);

}  // namespace inquest
