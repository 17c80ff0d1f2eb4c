// /var/crash: a folder a crash. RHEL and its kin HOST-DATE/vmcore-dmesg.txt, Debian, Ubuntu and UOS
// STAMP/dmesg.STAMP, SUSE DATE/dmesg.txt.
#include <filesystem>

#include "cli/crash_folder.h"
#include "cli/store.h"

namespace inquest {
namespace {

void list(const std::string& root, std::vector<KeptCrash>& found) {
    const std::string home = root + "/var/crash";
    std::error_code error;
    if (!std::filesystem::exists(home, error)) return;
    auto folders = folders_in(home);
    if (!folders) {
        found.push_back({.place = home, .problem = folders.error().message()});
        return;
    }
    for (const std::string& path : *folders) {
        auto folder = look_into(path);
        if (!folder) {
            found.push_back({.place = path, .problem = folder.error().message()});
        } else if (!folder->empty()) {
            std::string note = folder->log.empty() && folder->parts.empty() ? "dump without log" : "";
            found.push_back({.place = path, .time = folder->time, .note = note});
        }
    }
}

}  // namespace

extern const CrashStore plugin_stores_kdump;
const CrashStore plugin_stores_kdump{"kdump", list};

}  // namespace inquest
