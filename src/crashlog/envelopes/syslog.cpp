// rsyslog's and `journalctl -k`'s "May 25 20:50:48 host kernel: ", in any locale, with and without fractions.
#include "crashlog/clock.h"

namespace inquest {
namespace {

bool strip(Line& line) {
    if (line.time_us) return false;
    Scanner scan(line.text);
    return read_month_day_time(scan) && strip_host_and_tag(line, scan, Tag::needed);
}

}  // namespace

extern const Envelope plugin_envelopes_syslog;
const Envelope plugin_envelopes_syslog{"syslog", "", strip};

}  // namespace inquest
