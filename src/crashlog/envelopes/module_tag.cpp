// "[name:wombat&]" in front of every message: kernels of MediaTek's phones name the file that printed it.
#include "base/scanner.h"
#include "crashlog/envelope.h"

namespace inquest {
namespace {

bool strip(Line& line) {
    Scanner scan(line.text);
    if (!scan.literal("[name:") || scan.symbol().empty() || !scan.literal("&]")) return false;
    line.text = scan.rest();
    line.enveloped = true;
    return true;
}

}  // namespace

extern const Envelope plugin_envelopes_module_tag;
const Envelope plugin_envelopes_module_tag{"module tag", "[", strip};

}  // namespace inquest
