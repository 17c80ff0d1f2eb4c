#include "kernel/subsystems/dentry.h"

#include <fmt/format.h>
#include <optional>
#include <vector>

#include "base/text.h"

namespace inquest {
namespace {

constexpr std::size_t kDeepest = 4096;     // PATH_MAX names of one letter each would be 2048
constexpr std::size_t kLongestName = 255;  // NAME_MAX

struct Climbed {
    std::vector<std::string> names;  // from the file up
    bool reached = false;            // the root asked for
    bool broken = false;
};

// struct mount of the vfsmount in it.
Object mount_of(Objects& objects, const Object& vfsmount) {
    auto offset = objects.offset_of("mount", "mnt");
    return vfsmount && offset ? objects.at("mount", vfsmount.address() - *offset) : Object();
}

// Upwards as prepend_path (fs/d_path.c) goes: by parents, and from a mount's root to what it is mounted on.
Climbed climb(Objects& objects, const FilePlace& place, const FilePlace& root) {
    Climbed climbed;
    Object dentry = place.dentry, mount = mount_of(objects, place.mount);
    for (std::size_t steps = 0;; ++steps) {
        climbed.reached =
            root.dentry && dentry == root.dentry && mount.address_of("mnt") == root.mount.address();
        if (climbed.reached) return climbed;
        Object parent = dentry.follow("d_parent");
        if (!dentry || !parent || steps > kDeepest) {
            climbed.broken = true;
            objects.add_problem(
                fmt::format("the path of the dentry at {} {} at {}", hex(place.dentry.address()),
                            steps > kDeepest ? "runs in a circle" : "breaks off", hex(dentry.address())));
            return climbed;
        }
        if (mount && dentry == mount.follow("mnt.mnt_root")) {
            Object above = mount.follow("mnt_parent");
            if (!above || above == mount) return climbed;  // the top of its namespace
            dentry = mount.follow("mnt_mountpoint");
            mount = above;
            continue;
        }
        if (parent == dentry) return climbed;  // a root that its mount does not show
        climbed.names.push_back(name_of_dentry(objects, dentry));
        dentry = parent;
    }
}

std::string joined(const Climbed& climbed) {
    std::string text = climbed.broken ? "(broken)" : "";
    for (auto name = climbed.names.rbegin(); name != climbed.names.rend(); ++name) text += "/" + *name;
    return text.empty() ? "/" : text;
}

// What dentry_operations.d_dname of the kernel would write; nullopt where a file has a path.
std::optional<std::string> name_without_path(Objects& objects, const FilePlace& place) {
    const Object& dentry = place.dentry;
    auto maker = dentry.follow("d_op").get("d_dname");
    if (!maker || *maker == 0) return std::nullopt;
    // A file system's root shown by its own mount has a path.
    if (dentry.follow("d_parent") == dentry && place.mount.follow("mnt_root") == dentry) return std::nullopt;
    const std::string function = objects.symbol(*maker), name = name_of_dentry(objects, dentry);
    Object inode = dentry.follow("d_inode");
    const std::uint64_t number = inode.get("i_ino").value_or(0);
    if (function == "pipefs_dname") return fmt::format("pipe:[{}]", number);
    if (function == "sockfs_dname") return fmt::format("socket:[{}]", number);
    if (function == "anon_inodefs_dname") return "anon_inode:" + name;
    if (function == "pidfs_dname") return "anon_inode:[pidfd]";
    if (function == "simple_dname") return "/" + name + " (deleted)";
    if (function == "dmabuffs_dname") return "/dmabuf:" + name;
    if (function == "ns_dname") {
        auto space = inode.get("i_private");
        auto kind = objects.at("ns_common", space.value_or(0)).follow("ops").text("name", 32);
        return fmt::format("{}:[{}]", kind.value_or("ns"), number);
    }
    return fmt::format("({}):{}", function.empty() ? hex(*maker) : function, name);
}

}  // namespace

FilePlace place_in(const Object& object, std::string_view path) {
    Object place = object.in(path);
    return {place.follow("mnt"), place.follow("dentry")};
}

std::string name_of_dentry(Objects& objects, const Object& dentry) {
    Object name = dentry.in("d_name");
    const std::uint64_t length = name.get("len").value_or(0);
    auto at = name.get("name");
    if (!at || *at == 0 || length > kLongestName) return "(unknown)";
    std::string text = objects.session().read_string(*at, length);
    return text.size() == length ? text : text + "(unknown)";
}

std::string path_of(Objects& objects, const FilePlace& place, const FilePlace& root) {
    if (!place.dentry) return "(unknown)";
    if (auto name = name_without_path(objects, place)) return *name;
    std::string text = joined(climb(objects, place, root));
    // d_unlinked: out of the hash of names, and no root.
    auto hashed = place.dentry.get("d_hash.pprev");
    if (hashed == 0U && !(place.dentry.follow("d_parent") == place.dentry)) text += " (deleted)";
    return text;
}

std::string path_in_filesystem(Objects& objects, const Object& dentry) {
    return joined(climb(objects, {{}, dentry}, {}));
}

bool is_below(Objects& objects, const FilePlace& place, const FilePlace& root) {
    return climb(objects, place, root).reached;
}

}  // namespace inquest
