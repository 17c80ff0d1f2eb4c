#include "kernel/filesystem.h"

namespace inquest {
namespace {

// ramfs_show_options (fs/ramfs/inode.c).
void options(Objects& objects, const Object& superblock, MountOptions& out) {
    Object info = objects.at("ramfs_fs_info", superblock.get("s_fs_info").value_or(0));
    auto mode = info.get("mount_opts.mode");
    if (!mode) return out.incomplete();
    if (*mode != 0755) out.octal("mode", *mode);
}

}  // namespace

extern const Filesystem plugin_filesystems_ramfs;
const Filesystem plugin_filesystems_ramfs{0x858458f6, options};

}  // namespace inquest
