// A serial console's "host login: " or prompt that stood there when the kernel began to print.
#include "base/text.h"
#include "crashlog/constructs.h"
#include "crashlog/envelope.h"

namespace inquest {
namespace {

bool strip(Line& line) {
    if (line.enveloped) return false;
    static constexpr std::size_t kLongest = 80;
    auto head = line.text.substr(0, kLongest);
    for (std::string_view prompt : {" login: ", "assword: ", "# ", "$ "}) {
        auto at = head.find(prompt);
        if (at == head.npos) continue;
        auto message = line.text.substr(at + prompt.size());
        if (!begins_message(message)) continue;
        line.text = message;
        return true;
    }
    return false;
}

}  // namespace

extern const Envelope plugin_envelopes_login;
const Envelope plugin_envelopes_login{"login", "", strip};

}  // namespace inquest
