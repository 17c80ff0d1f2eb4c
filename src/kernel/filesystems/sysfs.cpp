#include "kernel/filesystem.h"

namespace inquest {
namespace {

// kernfs_sop_show_options asks sysfs_syscall_ops, which has none to show (fs/sysfs).
void options(Objects&, const Object&, MountOptions&) {}

}  // namespace

extern const Filesystem plugin_filesystems_sysfs;
const Filesystem plugin_filesystems_sysfs{0x62656572, options};

}  // namespace inquest
