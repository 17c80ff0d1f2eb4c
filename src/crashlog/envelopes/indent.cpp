// A log that is indented as a whole: blanks in front of a time stamp.
#include "base/text.h"
#include "crashlog/stamp.h"

namespace inquest {
namespace {

bool strip(Line& line) {
    if (line.enveloped) return false;
    auto text = trim_left(line.text);
    bool level = text.size() > 3 && text[0] == '<' && is_digit(text[1]) && (text[2] == '>' || text[3] == '>');
    bool syslog = text.size() < line.text.size() && text.substr(0, 80).find(" kernel: ") != text.npos;
    if (!level && !syslog && !read_stamp(text)) return false;
    line.text = text;
    return true;
}

}  // namespace

extern const Envelope plugin_envelopes_indent;
const Envelope plugin_envelopes_indent{"indent", " \t", strip};

}  // namespace inquest
