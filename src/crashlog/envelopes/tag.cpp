// "kernel: " alone, and "host kernel: " behind a time stamp as `journalctl -o short-monotonic` prints it.
#include "crashlog/clock.h"

namespace inquest {
namespace {

bool strip(Line& line) {
    bool alone = line.text.starts_with("kernel:") || line.text.starts_with("kernel[");
    if (!alone && !line.time_us) return false;
    if (!alone && line.text.substr(0, 80).find(" kernel") == line.text.npos) return false;
    return strip_host_and_tag(line, Scanner(line.text), Tag::needed);
}

}  // namespace

extern const Envelope plugin_envelopes_tag;
const Envelope plugin_envelopes_tag{"kernel tag", "", strip};

}  // namespace inquest
