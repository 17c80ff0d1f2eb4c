// What build and test systems put before a line: BuildKit's "#12 3.456 ", KTAP's "# ", bare stamps of digits
// ("[20190527221107]").
#include <algorithm>

#include "base/scanner.h"
#include "crashlog/envelope.h"

namespace inquest {
namespace {

bool read_buildkit(Scanner& scan) {
    Scanner ahead = scan;
    if (!ahead.literal("#") || !ahead.dec() || !ahead.literal(" ") || !ahead.dec() || !ahead.literal("."))
        return false;
    if (!ahead.dec() || !ahead.literal(" ")) return false;
    scan = ahead;
    return true;
}

bool read_digits_stamp(Scanner& scan) {
    Scanner ahead = scan;
    if (!ahead.literal("[")) return false;
    auto digits = ahead.take_while(is_digit);
    if (digits.size() != 14 || (!digits.starts_with("20") && !digits.starts_with("19")) ||
        !ahead.literal("]"))
        return false;
    ahead.literal(" ");
    scan = ahead;
    return true;
}

bool strip(Line& line) {
    if (line.enveloped) return false;
    Scanner scan(line.text);
    bool digits_stamp = read_digits_stamp(scan);
    if (!digits_stamp && !read_buildkit(scan) && !scan.literal("# ")) return false;
    line.text = scan.rest();
    line.enveloped = digits_stamp;
    return true;
}

}  // namespace

extern const Envelope plugin_envelopes_ci;
const Envelope plugin_envelopes_ci{"ci", "#[", strip};

}  // namespace inquest
