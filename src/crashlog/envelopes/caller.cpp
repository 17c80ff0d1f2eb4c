// CONFIG_PRINTK_CALLER's "[ T123] " and "[    C0] ", behind the time stamp or, without one, alone.
#include "base/scanner.h"
#include "crashlog/envelope.h"

namespace inquest {
namespace {

bool strip(Line& line) {
    if (line.caller.type != Caller::Type::none) return false;
    Scanner scan(line.text);
    scan.literal("[");
    auto blanks = scan.take_while([](char c) { return c == ' '; });
    auto type = scan.literal("T")   ? Caller::Type::task
                : scan.literal("C") ? Caller::Type::cpu
                                    : Caller::Type::none;
    auto id = scan.dec();
    if (blanks.size() > 8 || type == Caller::Type::none || !id || *id > UINT32_MAX || !scan.literal("]"))
        return false;
    if (!scan.done() && !scan.literal(" ")) return false;
    line.caller = {type, static_cast<std::uint32_t>(*id)};
    line.text = scan.rest();
    line.enveloped = true;
    return true;
}

}  // namespace

extern const Envelope plugin_envelopes_caller;
const Envelope plugin_envelopes_caller{"caller", "[", strip};

}  // namespace inquest
