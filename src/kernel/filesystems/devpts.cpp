#include "kernel/filesystem.h"

namespace inquest {
namespace {

// devpts_show_options (fs/devpts/inode.c).
void options(Objects& objects, const Object& superblock, MountOptions& out) {
    Object given = objects.at("pts_fs_info", superblock.get("s_fs_info").value_or(0)).in("mount_opts");
    auto mode = given.get("mode"), ptmx = given.get("ptmxmode"), most = given.get("max");
    if (!mode || !ptmx || !most) return out.incomplete();
    if (given.get("setuid").value_or(0)) out.number("uid", given.get("uid").value_or(0));
    if (given.get("setgid").value_or(0)) out.number("gid", given.get("gid").value_or(0));
    out.octal("mode", *mode);
    out.octal("ptmxmode", *ptmx);
    constexpr std::uint64_t kMost = 1 << 20;  // NR_UNIX98_PTY_MAX
    if (*most < kMost) out.number("max", *most);
}

}  // namespace

extern const Filesystem plugin_filesystems_devpts;
const Filesystem plugin_filesystems_devpts{0x1cd1, options};

}  // namespace inquest
