// ISO 8601 times: rsyslog's and the journal's with host and tag, and those that CI systems put before every
// line.
#include "crashlog/clock.h"

namespace inquest {
namespace {

bool strip(Line& line) {
    if (line.time_us) return false;
    Scanner scan(line.text);
    bool bracket = scan.literal("[");
    auto stamp = scan.rest();
    if (!read_iso_time(scan)) return false;
    if (bracket && !scan.literal("]")) return false;
    // `dmesg --time-format iso` alone has a comma before the fraction.
    static constexpr std::size_t kSeconds = 19;
    if (stamp.substr(kSeconds).starts_with(',')) line.enveloped = true;
    return strip_host_and_tag(line, scan, Tag::optional);
}

}  // namespace

extern const Envelope plugin_envelopes_iso;
const Envelope plugin_envelopes_iso{"iso time", "[0123456789", strip};

}  // namespace inquest
