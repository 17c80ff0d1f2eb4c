// A record of /dev/kmsg and of extended netconsole: "4,1234,567890,-;", "6,339,5140900,-,caller=T1;".
#include "base/scanner.h"
#include "crashlog/envelope.h"

namespace inquest {
namespace {

bool strip(Line& line) {
    if (line.enveloped) return false;
    Scanner scan(line.text);
    auto priority = scan.dec();
    if (!priority || *priority > 2047 || !scan.literal(",") || !scan.dec() || !scan.literal(","))
        return false;
    auto time = scan.dec();
    if (!time || *time > INT64_MAX || !scan.literal(",")) return false;
    static constexpr std::size_t kLongestFlags = 120;
    auto end = scan.rest().substr(0, kLongestFlags).find(';');
    if (end == std::string_view::npos) return false;
    Scanner flags(scan.rest().substr(0, end));
    if (flags.until("caller=")) {
        auto type = flags.literal("T")   ? Caller::Type::task
                    : flags.literal("C") ? Caller::Type::cpu
                                         : Caller::Type::none;
        if (auto id = flags.dec(); id && *id <= UINT32_MAX && type != Caller::Type::none)
            line.caller = {type, static_cast<std::uint32_t>(*id)};
    }
    line.level = static_cast<int>(*priority & 7);
    line.time_us = static_cast<std::int64_t>(*time);
    line.text = scan.rest().substr(end + 1);
    line.enveloped = true;
    return true;
}

}  // namespace

extern const Envelope plugin_envelopes_kmsg;
const Envelope plugin_envelopes_kmsg{"kmsg", "0123456789", strip};

}  // namespace inquest
