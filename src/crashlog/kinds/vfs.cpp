// Files and inodes that outlive their last user.
#include "crashlog/header.h"
#include "crashlog/kind_reader.h"
#include "crashlog/title.h"

namespace inquest {
namespace {

constexpr std::string_view kTriggers[] = {"VFS: Close: file count is 0",
                                          "VFS: Busy inodes after unmount of "};

bool opens(const Line& line, CrashEvent& event) {
    for (auto header : kTriggers) {
        if (!after_header(line, header)) continue;
        open_event(line, event, Kind::other);
        return true;
    }
    return false;
}

void finish(CrashEvent& event) {
    const bool file = event.headline.find(kTriggers[0]) != std::string::npos;
    event.title = file ? "VFS: Close: file count is zero (use-after-free)"
                       : "VFS: Busy inodes after unmount (use-after-free)";
}

}  // namespace

extern const KindReader plugin_kinds_vfs;
const KindReader plugin_kinds_vfs{"vfs", kTriggers, opens, nullptr, nullptr, finish, true};

}  // namespace inquest
