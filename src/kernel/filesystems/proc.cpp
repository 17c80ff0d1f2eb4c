#include "kernel/filesystem.h"

namespace inquest {
namespace {

// proc_show_options (fs/proc/root.c), of each mount its own since 5.8 (fa10fed30f25).
void options(Objects& objects, const Object& superblock, MountOptions& out) {
    Object info = objects.at("proc_fs_info", superblock.get("s_fs_info").value_or(0));
    auto gid = info.get("pid_gid"), hide = info.get("hide_pid"), only = info.get("pidonly");
    if (!gid || !hide || !only) return out.incomplete();
    if (*gid) out.number("gid", *gid);
    if (*hide == 1) out.set("hidepid", "noaccess");
    if (*hide == 2) out.set("hidepid", "invisible");
    if (*hide == 4) out.set("hidepid", "ptraceable");
    if (*only) out.set("subset", "pid");
}

}  // namespace

extern const Filesystem plugin_filesystems_proc;
const Filesystem plugin_filesystems_proc{0x9fa0, options};

}  // namespace inquest
