#include "kernel/subsystems/file_users.h"

#include <algorithm>
#include <map>
#include <set>

#include "kernel/subsystems/file.h"

namespace inquest {
namespace {

constexpr std::uint64_t kOverlay = 0x794c7630;  // include/uapi/linux/magic.h: OVERLAYFS_SUPER_MAGIC

// What an overlay's file reads from: private_data, or since 6.13 (18e48d0e2c7b) a structure that it points
// to.
Object file_with_pages(Objects& objects, const Object& file) {
    auto superblock = file.follow("f_inode").follow("i_sb");
    if (superblock.get("s_magic") != kOverlay) return file;
    auto below = file.get("private_data");
    if (!below || *below == 0) return file;
    if (objects.offset_of("ovl_file", "realfile")) return objects.at("ovl_file", *below).follow("realfile");
    return objects.at("file", *below);
}

}  // namespace

FileUsers::FileUsers(Objects& objects, const TaskList& tasks) {
    std::set<std::pair<std::uint64_t, int>> seen;  // tables of files, with the process
    for (const TaskView& task : tasks.tasks) {
        Object one = objects.at("task_struct", task.address);
        if (auto mm = one.get("mm"); mm && *mm && !task.kernel_thread) {
            auto& sharing = processes_of_[*mm];  // several after vfork
            auto known = std::ranges::find(sharing, task.tgid, &TaskView::tgid);
            if (known == sharing.end()) sharing.push_back(&task);
        }
        Object files = one.follow("files");
        if (!files || !seen.emplace(files.address(), task.tgid).second) continue;
        each_open_file(objects, files, [&](unsigned, const Object& file, bool) {
            auto mapping = file_with_pages(objects, file).get("f_mapping");
            if (!mapping || *mapping == 0) return;
            auto& users = open_[*mapping];
            if (users.empty() || users.back()->tgid != task.tgid) users.push_back(&task);
        });
    }
}

std::vector<FileUser> FileUsers::of(Objects& objects, std::uint64_t mapping) const {
    std::map<int, FileUser> users;
    auto user = [&](const TaskView& task) -> FileUser& {
        FileUser& one = users[task.tgid];
        one.pid = task.tgid;
        if (one.comm.empty() || task.pid == task.tgid) one.comm = task.comm;
        return one;
    };
    if (auto known = open_.find(mapping); known != open_.end())
        for (const TaskView* task : known->second) user(*task).open = true;
    // An rb_root_cached of the mappings of the file.
    if (auto tree = objects.at("address_space", mapping).address_of("i_mmap"))
        for (const Object& vma : objects.tree(*tree, "vm_area_struct", "shared.rb")) {
            auto processes = processes_of_.find(vma.get("vm_mm").value_or(0));
            if (processes == processes_of_.end()) continue;
            for (const TaskView* task : processes->second) user(*task).mapped = true;
        }
    std::vector<FileUser> all;
    for (auto& [pid, one] : users) all.push_back(std::move(one));
    return all;
}

}  // namespace inquest
