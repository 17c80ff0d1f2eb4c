// `journalctl -o verbose` ("    MESSAGE=text") and `-o short-unix` ("1716190598.123456 host kernel: ").
#include "crashlog/clock.h"

namespace inquest {
namespace {

bool strip_field(Line& line) {
    auto text = trim_left(line.text);
    static constexpr std::string_view kName = "MESSAGE=";
    if (!text.starts_with(kName)) return false;
    line.text = text.substr(kName.size());
    line.enveloped = true;
    return true;
}

bool strip_unix_time(Line& line) {
    Scanner scan(line.text);
    static constexpr std::size_t kSecondsSince2001 = 10;
    if (scan.take_while(is_digit).size() != kSecondsSince2001 || !scan.literal(".")) return false;
    return scan.take_while(is_digit).size() == 6 && strip_host_and_tag(line, scan, Tag::needed);
}

bool strip(Line& line) { return !line.enveloped && (strip_field(line) || strip_unix_time(line)); }

}  // namespace

extern const Envelope plugin_envelopes_journal_fields;
const Envelope plugin_envelopes_journal_fields{"journal", " M0123456789", strip};

}  // namespace inquest
