// `dmesg -T` in any locale: "[Mon May 20 10:36:38 2024] ", "[lun. mai 20 10:36:38 2024] ", "[一 5月 20
// 10:36:38 2024] ".
#include "crashlog/clock.h"

namespace inquest {
namespace {

bool strip(Line& line) {
    static constexpr std::size_t kLongest = 64;
    auto end = line.text.substr(0, kLongest).find(']');
    if (end == std::string_view::npos || end < 10) return false;
    auto inside = line.text.substr(1, end - 1);
    if (!holds_clock(inside) || !holds_year(inside)) return false;
    line.text.remove_prefix(end + 1);
    if (line.text.starts_with(' ')) line.text.remove_prefix(1);
    line.enveloped = true;
    return true;
}

}  // namespace

extern const Envelope plugin_envelopes_ctime;
const Envelope plugin_envelopes_ctime{"dmesg -T", "[", strip};

}  // namespace inquest
