#include "kernel/subsystems/mount.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <map>

#include "base/text.h"
#include "kernel/filesystem.h"

namespace inquest {
namespace {

struct Flag {
    std::uint64_t bit;
    std::string_view option;
};

// include/linux/fs.h: SB_*, macros, the same since 4.14 (MANDLOCK is gone since 5.15).
constexpr std::uint64_t kSbReadOnly = 1;
constexpr std::array<Flag, 4> kSuperblockFlags{
    {{0x10, "sync"}, {0x80, "dirsync"}, {0x40, "mand"}, {1 << 25, "lazytime"}}};
// include/linux/mount.h: MNT_*, macros up to 6.16; NOSYMFOLLOW since 5.10 (dab741e0e02b).
constexpr std::uint64_t kReadOnly = 0x40, kCursor = 0x10000000;
constexpr std::array<Flag, 7> kMountFlags{{{0x1, "nosuid"},
                                           {0x2, "nodev"},
                                           {0x4, "noexec"},
                                           {0x8, "noatime"},
                                           {0x10, "nodiratime"},
                                           {0x20, "relatime"},
                                           {0x80, "nosymfollow"}}};

// is_idmapped_mnt: mnt_idmap since 6.2, mnt_userns from 5.12 to 6.1.
bool is_idmapped(Objects& objects, const Object& mount, const Object& superblock) {
    if (mount.has("mnt.mnt_idmap"))
        return mount.get("mnt.mnt_idmap") != objects.variable("nop_mnt_idmap") &&
               objects.variable("nop_mnt_idmap").has_value();
    auto space = mount.get("mnt.mnt_userns");
    return space && space != objects.variable("init_user_ns") && space != superblock.get("s_user_ns");
}

std::string type_of(const Object& superblock) {
    std::string type = superblock.follow("s_type").text("name", 64).value_or("(unknown)");
    if (auto subtype = superblock.text("s_subtype", 64); subtype && !subtype->empty()) type += "." + *subtype;
    return escape_octal(type, "#");
}

void add_options(Objects& objects, const Object& mount, const Object& superblock, MountView& view) {
    const std::uint64_t flags = mount.get("mnt.mnt_flags").value_or(0),
                        sb_flags = superblock.get("s_flags").value_or(0);
    view.options = (flags & kReadOnly) || (sb_flags & kSbReadOnly) ? "ro" : "rw";
    auto add = [&](const auto& table, std::uint64_t bits) {
        for (const Flag& flag : table)
            if (bits & flag.bit) view.options.append(",").append(flag.option);
    };
    add(kSuperblockFlags, sb_flags);
    add(kMountFlags, flags);
    if (is_idmapped(objects, mount, superblock)) view.options += ",idmapped";
    MountOptions own = filesystem_options(objects, superblock);
    view.options += own.text();
    view.options_complete = own.is_complete() && superblock && mount.get("mnt.mnt_flags");
}

MountView view_of(Objects& objects, const Object& mount, const FilePlace& root) {
    MountView view;
    Object superblock = mount.follow("mnt.mnt_sb");
    view.mount = mount.address();
    view.superblock = superblock.address();
    view.id = static_cast<int>(mount.get("mnt_id").value_or(0));
    view.parent = static_cast<int>(mount.follow("mnt_parent").get("mnt_id").value_or(0));
    view.type = type_of(superblock);
    view.source = escape_octal(mount.text("mnt_devname").value_or("none"), "#");
    const FilePlace place{mount.in("mnt"), mount.follow("mnt.mnt_root")};
    view.on = escape_octal(path_of(objects, place, root));
    view.visible = is_below(objects, place, root);
    view.root = escape_octal(path_in_filesystem(objects, place.dentry));
    const std::uint64_t device = superblock.get("s_dev").value_or(0);
    view.major = static_cast<unsigned>(device >> 20);  // include/linux/kdev_t.h: MINORBITS
    view.minor = device & 0xfffff;
    view.peer_group = static_cast<int>(mount.get("mnt_group_id").value_or(0));
    view.master = static_cast<int>(mount.follow("mnt_master").get("mnt_group_id").value_or(0));
    add_options(objects, mount, superblock, view);
    return view;
}

}  // namespace

FilePlace root_of(Objects& objects, std::uint64_t task) {
    return place_in(objects.at("task_struct", task).follow("fs"), "root");
}

std::vector<MountNamespace> mount_namespaces(Objects& objects, const TaskList& tasks) {
    std::vector<MountNamespace> spaces;
    std::map<std::uint64_t, std::size_t> known;
    for (const TaskView& task : tasks.tasks) {
        if (task.pid == 0 || task.pid != task.tgid) continue;
        Object space = objects.at("task_struct", task.address).follow("nsproxy").follow("mnt_ns");
        if (!space) continue;
        auto [place, is_new] = known.emplace(space.address(), spaces.size());
        if (is_new)
            spaces.push_back({space.address(),
                              space.get("ns.inum").value_or(0),
                              task,
                              0,
                              space.get_any({"nr_mounts", "mounts"}).value_or(0),
                              {}});
        MountNamespace& found = spaces[place->second];
        if (task.pid < found.task.pid) found.task = task;
        ++found.processes;
    }
    return spaces;
}

void read_mounts(Objects& objects, MountNamespace& space) {
    Object address = objects.at("mnt_namespace", space.address);
    const FilePlace root = root_of(objects, space.task.address);
    // A list up to 6.7, a tree since (2eea9ce4310d).
    auto list = address.address_of("list");
    auto mounts = list ? objects.list(*list, "mount", "mnt_list")
                       : objects.tree(address.address_of("mounts").value_or(0), "mount", "mnt_node");
    for (const Object& mount : mounts) {
        if (mount.get("mnt.mnt_flags").value_or(0) & kCursor) continue;  // somebody reads /proc/mounts
        space.mounts.push_back(view_of(objects, mount, root));
    }
    if (space.count && space.count != space.mounts.size())
        objects.add_problem(fmt::format("the mount namespace at {} counts {} mounts, {} were found",
                                        hex(space.address), space.count, space.mounts.size()));
}

}  // namespace inquest
