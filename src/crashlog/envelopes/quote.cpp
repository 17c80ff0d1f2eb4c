// A mail's quoting: "> > > ", ">>", "| ", in any mixture.
#include "base/text.h"
#include "crashlog/envelope.h"

namespace inquest {
namespace {

// KASAN marks the line of the bad address with '>': ">ffff888012345678: fb fb".
bool is_shadow_row(std::string_view text) {
    std::size_t digits = 0;
    while (digits < text.size() && is_hex(text[digits])) ++digits;
    return digits >= 8 && text.substr(digits).starts_with(':');
}

bool strip(Line& line) {
    if (line.enveloped) return false;
    auto text = line.text;
    bool found = false;
    for (;;) {
        auto mark = text;
        while (mark.starts_with(' ')) mark.remove_prefix(1);
        if (mark.empty() || (mark.front() != '>' && mark.front() != '|')) break;
        if (mark.front() == '|' && !mark.starts_with("| ") && !found) break;
        mark.remove_prefix(1);
        if (is_shadow_row(mark)) break;
        if (mark.starts_with(' ')) mark.remove_prefix(1);
        text = mark;
        found = true;
    }
    if (found) line.text = text;
    return found;
}

}  // namespace

extern const Envelope plugin_envelopes_quote;
const Envelope plugin_envelopes_quote{"quote", ">| ", strip};

}  // namespace inquest
