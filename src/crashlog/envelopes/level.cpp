// "<6>" as /dev/kmsg's readers, pstore and old serial consoles show it; the facility in the upper bits is
// dropped.
#include "base/scanner.h"
#include "crashlog/envelope.h"

namespace inquest {
namespace {

bool strip(Line& line) {
    Scanner scan(line.text);
    scan.literal("<");
    auto digits = scan.take_while(is_digit);
    if (digits.empty() || digits.size() > 3 || !scan.literal(">")) return false;
    static constexpr std::uint64_t kHighestPriority = 191;  // facility 23, level 7
    auto priority = parse_dec(digits);
    if (!priority || *priority > kHighestPriority) return false;
    if (line.level < 0) line.level = static_cast<int>(*priority & 7);
    if (scan.rest().starts_with("1 2"))
        scan.skip(2);  // RFC 5424: "<4>1 2024-05-20T10:36:38Z host kernel - - - "
    line.text = scan.rest();
    line.enveloped = true;
    return true;
}

}  // namespace

extern const Envelope plugin_envelopes_level;
const Envelope plugin_envelopes_level{"level", "<", strip};

}  // namespace inquest
