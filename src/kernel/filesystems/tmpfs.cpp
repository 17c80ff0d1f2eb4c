#include <array>

#include "kernel/filesystem.h"

namespace inquest {
namespace {

// shmem_show_options (mm/shmem.c); devtmpfs and a rootfs on tmpfs are of this kind too. What stands at its
// default, half of the memory, is not shown.
void options(Objects& objects, const Object& superblock, MountOptions& out) {
    Object info = objects.at("shmem_sb_info", superblock.get("s_fs_info").value_or(0));
    auto total = objects.variable("_totalram_pages");
    auto pages = total ? objects.session().read_pointer(*total) : std::nullopt;
    auto blocks = info.get("max_blocks"), inodes = info.get("max_inodes"), mode = info.get("mode");
    if (!pages || !blocks || !inodes || !mode) return out.incomplete();
    if (*blocks != *pages / 2)
        out.set("size", std::to_string(*blocks << (objects.session().tables().page_shift - 10)) + "k");
    if (*inodes != *pages / 2) out.number("nr_inodes", *inodes);
    if (*mode != 01777) out.octal("mode", *mode);
    if (auto uid = info.get("uid"); uid.value_or(0)) out.number("uid", *uid);
    if (auto gid = info.get("gid"); gid.value_or(0)) out.number("gid", *gid);
    // Without full numbers the kernel prints inode32 or nothing, as it was configured.
    if (info.get("full_inums").value_or(0)) out.flag("inode64");
    // SHMEM_HUGE_*, macros in mm/shmem.c since 4.8.
    static constexpr std::array<std::string_view, 4> kHuge{"never", "always", "within_size", "advise"};
    if (auto huge = info.get("huge").value_or(0); huge && huge < kHuge.size()) out.set("huge", kHuge[huge]);
    if (info.get("mpol").value_or(0)) out.incomplete();
    if (info.get("noswap").value_or(0)) out.flag("noswap");  // since 6.4
    if (superblock.get("s_dquot.flags").value_or(0)) out.incomplete();
}

}  // namespace

extern const Filesystem plugin_filesystems_tmpfs;
const Filesystem plugin_filesystems_tmpfs{0x01021994, options};

}  // namespace inquest
