// `dmesg -x`: "kern  :warn  : ".
#include <algorithm>
#include <array>

#include "base/scanner.h"
#include "crashlog/envelope.h"

namespace inquest {
namespace {

constexpr std::array<std::string_view, 8> kLevels{"emerg", "alert",  "crit", "err",
                                                  "warn",  "notice", "info", "debug"};

bool strip(Line& line) {
    if (line.time_us) return false;
    Scanner scan(line.text);
    auto facility = scan.take_while([](char c) { return is_lower(c) || is_digit(c); });
    if (facility.empty() || facility.size() > 8) return false;
    if (!scan.spaces().literal(":")) return false;
    auto word = scan.take_while(is_lower);
    auto level = std::ranges::find(kLevels, word);
    if (level == kLevels.end() || !scan.spaces().literal(":")) return false;
    scan.literal(" ");
    line.level = static_cast<int>(level - kLevels.begin());
    line.text = scan.rest();
    line.enveloped = true;
    return true;
}

}  // namespace

extern const Envelope plugin_envelopes_facility;
const Envelope plugin_envelopes_facility{"dmesg -x", "kudmaslncf", strip};

}  // namespace inquest
