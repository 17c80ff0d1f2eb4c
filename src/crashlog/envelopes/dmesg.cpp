// "[   12.345678] ", also with what `dmesg -d` puts in: "[   12.345678 <    0.000014>] " and "[< 0.000014>]
// ".
#include "crashlog/stamp.h"

namespace inquest {
namespace {

bool strip(Line& line) {
    auto stamp = read_stamp(line.text);
    if (!stamp) return false;
    line.text.remove_prefix(stamp->length);
    if (stamp->time_us) line.time_us = stamp->time_us;
    line.enveloped = true;
    return true;
}

}  // namespace

extern const Envelope plugin_envelopes_dmesg;
const Envelope plugin_envelopes_dmesg{"dmesg", "[", strip};

}  // namespace inquest
