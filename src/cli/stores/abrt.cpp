// ABRT's problem folders, the kernel's among them: "type" says Kerneloops (an oops that the machine survived)
// or vmcore.
#include <filesystem>
#include <fstream>

#include "base/text.h"
#include "cli/crash_folder.h"
#include "cli/store.h"

namespace inquest {
namespace {

std::string type_of(const std::string& problem) {
    char text[32] = {};
    std::ifstream(problem + "/type").read(text, sizeof text - 1);
    return std::string(trim(text));
}

void list_in(const std::string& home, std::vector<KeptCrash>& found) {
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
            continue;
        }
        std::string type = type_of(path);
        if (folder->empty() || (type != "Kerneloops" && type != "vmcore")) continue;
        found.push_back({.place = path, .time = folder->time, .note = type == "vmcore" ? "" : "oops"});
    }
}

void list(const std::string& root, std::vector<KeptCrash>& found) {
    list_in(root + "/var/spool/abrt", found);
    list_in(root + "/var/tmp/abrt", found);
}

}  // namespace

extern const CrashStore plugin_stores_abrt;
const CrashStore plugin_stores_abrt{"abrt", list};

}  // namespace inquest
