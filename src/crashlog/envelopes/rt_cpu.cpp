// "000: " behind the time stamp: the CPU, as kernels with the real-time patches print it.
#include "base/scanner.h"
#include "crashlog/envelope.h"

namespace inquest {
namespace {

bool strip(Line& line) {
    if (!line.time_us || line.caller.type != Caller::Type::none) return false;
    Scanner scan(line.text);
    auto digits = scan.take_while(is_digit);
    if (digits.size() != 3 || !scan.literal(": ")) return false;
    line.caller = {Caller::Type::cpu, static_cast<std::uint32_t>(*parse_dec(digits))};
    line.text = scan.rest();
    return true;
}

}  // namespace

extern const Envelope plugin_envelopes_rt_cpu;
const Envelope plugin_envelopes_rt_cpu{"rt cpu", "0123456789", strip};

}  // namespace inquest
