// The boot before this one in systemd's journal. A kernel that dies at once writes nothing there; what it
// said before, and an oops that it survived for a while, stand in it.
#include "cli/journal.h"

#include <filesystem>
#include <unistd.h>

#include "base/text.h"
#include "cli/crash_folder.h"
#include "cli/store.h"

namespace inquest {
namespace {

void list(const std::string& root, std::vector<KeptCrash>& found) {
    // Without this folder the journal forgets at each boot. Tests have no journalctl of their own to ask.
    std::error_code error;
    if (!root.empty() || !std::filesystem::exists("/var/log/journal", error)) return;
    auto last = CommandOutput::of(std::string(kPreviousBoot) + " -n 1 -q -o short-unix --no-pager 2>&1");
    if (!last) return;
    const std::string text = last->read_all(4096);
    if (text.find("permission") != text.npos && geteuid() != 0) {
        found.push_back(
            {.place = kPreviousBoot, .problem = "the journal: permission denied" + sudo_hint("")});
        return;
    }
    auto seconds = parse_dec(std::string_view(text).substr(0, text.find('.')));
    if (!seconds) return;
    found.push_back({.place = kPreviousBoot,
                     .time = static_cast<std::int64_t>(*seconds),
                     .note = "the boot before this one"});
}

}  // namespace

extern const CrashStore plugin_stores_journal;
const CrashStore plugin_stores_journal{"journal", list};

}  // namespace inquest
