// "kernel: " alone, and "host kernel: ": behind a time stamp as `journalctl -o short-monotonic` prints it, or
// where somebody cut the time off.
#include <algorithm>

#include "base/text.h"
#include "crashlog/clock.h"

namespace inquest {
namespace {

// "localhost kernel: ", but not "The kernel: " of a sentence.
bool names_host(std::string_view text) {
    auto host = text.substr(0, text.find(' '));
    if (!text.substr(host.size()).starts_with(" kernel: ") || host == "the") return false;
    auto belongs = [](char c) { return is_lower(c) || is_digit(c) || c == '-' || c == '.' || c == '_'; };
    return !host.empty() && std::ranges::all_of(host, belongs);
}

bool strip(Line& line) {
    if (!line.enveloped) {
        auto text = trim_left(line.text);
        if (text.starts_with("kernel: ") || names_host(text)) line.text = text;
    }
    bool alone = line.text.starts_with("kernel:") || line.text.starts_with("kernel[");
    bool hosted = !line.enveloped && names_host(line.text);
    if (!alone && !hosted && !line.time_us) return false;
    if (!alone && line.text.substr(0, 80).find(" kernel") == line.text.npos) return false;
    return strip_host_and_tag(line, Scanner(line.text), Tag::needed);
}

}  // namespace

extern const Envelope plugin_envelopes_tag;
const Envelope plugin_envelopes_tag{"kernel tag", "", strip};

}  // namespace inquest
