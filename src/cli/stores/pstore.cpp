// What firmware, RAM or a flash chip kept over the reboot: /sys/fs/pstore, and where systemd-pstore moves it
// to.
#include <filesystem>

#include "cli/crash_folder.h"
#include "cli/store.h"

namespace inquest {
namespace {

void add(const std::string& path, std::vector<KeptCrash>& found) {
    auto folder = look_into(path);
    if (!folder) {
        found.push_back({.place = path, .problem = folder.error().message()});
    } else if (!folder->empty()) {
        found.push_back({.place = path, .time = folder->time});
    }
}

void list(const std::string& root, std::vector<KeptCrash>& found) {
    std::error_code error;
    for (const std::string& home : {root + "/sys/fs/pstore", root + "/var/lib/systemd/pstore"}) {
        if (!std::filesystem::exists(home, error)) continue;
        add(home, found);
        // systemd-pstore makes a folder a crash.
        if (auto folders = folders_in(home))
            for (const std::string& path : *folders) add(path, found);
    }
}

}  // namespace

extern const CrashStore plugin_stores_pstore;
const CrashStore plugin_stores_pstore{"pstore", list};

}  // namespace inquest
