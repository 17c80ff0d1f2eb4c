#include <array>

#include "kernel/filesystem.h"
#include "kernel/subsystems/clock.h"

namespace inquest {
namespace {

struct Flag {
    std::uint64_t bit;
    std::string_view set, clear;  // "" where the kernel shows only the other
};

// fs/ext4/ext4.h: EXT4_MOUNT_*, macros, in the order of ext4_mount_opts (fs/ext4/super.c).
constexpr std::array<Flag, 12> kFlags{{{0x80, "minixdf", "bsddf"},
                                       {0x4, "grpid", "nogrpid"},
                                       {0x20000000, "block_validity", "noblock_validity"},
                                       {0x400000, "dioread_nolock", "dioread_lock"},
                                       {0x40000000, "discard", "nodiscard"},
                                       {0x8000000, "delalloc", "nodelalloc"},
                                       {0x800000, "journal_checksum", "nojournal_checksum"},
                                       {0x1000000, "journal_async_commit", ""},
                                       {0x20000, "barrier", "nobarrier"},
                                       {0x10000, "noauto_da_alloc", "auto_da_alloc"},
                                       {0x4000, "user_xattr", "nouser_xattr"},
                                       {0x8000, "acl", "noacl"}}};
constexpr std::uint64_t kErrorsContinue = 0x10, kErrorsReadOnly = 0x20, kErrorsPanic = 0x40, kErrors = 0x70,
                        kData = 0xc00, kInitTables = 0x80000000, kDataErrorAbort = 0x10000000;
constexpr std::uint64_t kDefaultReadahead = 32, kDefaultWait = 10, kDefaultMaxBatch = 15000;
constexpr std::uint64_t kLinearGroups = 16, kOptimizeScan = 0x80;  // EXT4_MOUNT2_MB_OPTIMIZE_SCAN
constexpr std::uint64_t kSecondShown = 0x70;  // EXT4_MOUNT2_*: dax=never, dax=inode, fast commits forced
constexpr unsigned kDefaultCommit = 5;        // seconds, JBD2_DEFAULT_MAX_COMMIT_AGE

void show_errors(std::uint64_t now, std::uint64_t usual, MountOptions& out) {
    if ((now & kErrors) == (usual & kErrors)) return;
    if (now & kErrorsReadOnly) out.set("errors", "remount-ro");
    if (now & kErrorsContinue) out.set("errors", "continue");
    if (now & kErrorsPanic) out.set("errors", "panic");
}

void show_data(std::uint64_t now, MountOptions& out) {
    static constexpr std::array<std::string_view, 4> kModes{"", "journal", "ordered", "writeback"};
    if (auto mode = kModes[(now & kData) >> 10]; !mode.empty()) out.set("data", mode);
}

// _ext4_show_options: what differs from the file system's own defaults (s_def_mount_opt).
void options(Objects& objects, const Object& superblock, MountOptions& out) {
    Object info = objects.at("ext4_sb_info", superblock.get("s_fs_info").value_or(0));
    auto now = info.get("s_mount_opt"), usual = info.get("s_def_mount_opt"),
         commit = info.get("s_commit_interval");
    auto hz = ticks_per_second(objects.session());
    if (!now || !usual || !commit || !hz) return out.incomplete();
    std::uint64_t differs = (*now ^ *usual) & 0xffffffff,
                  known = kErrors | kData | kInitTables | kDataErrorAbort;
    for (const Flag& flag : kFlags) {
        known |= flag.bit;
        if (!(differs & flag.bit)) continue;
        const std::string_view name = *now & flag.bit ? flag.set : flag.clear;
        if (!name.empty()) out.flag(name);
    }
    if (auto uid = info.get("s_resuid"); uid.value_or(0)) out.number("resuid", *uid);
    if (auto gid = info.get("s_resgid"); gid.value_or(0)) out.number("resgid", *gid);
    show_errors(*now, *usual, out);
    if (*commit != std::uint64_t{kDefaultCommit} * *hz) out.number("commit", *commit / *hz);
    auto number = [&](std::string_view name, std::string_view member, std::uint64_t standard) {
        if (auto value = info.get(member); value && *value != standard) out.number(name, *value);
    };
    number("min_batch_time", "s_min_batch_time", 0);
    number("max_batch_time", "s_max_batch_time", kDefaultMaxBatch);
    number("stripe", "s_stripe", 0);
    if (differs & kData) show_data(*now, out);
    number("inode_readahead_blks", "s_inode_readahead_blks", kDefaultReadahead);
    if (*now & kInitTables) number("init_itable", "s_li_wait_mult", kDefaultWait);
    if (differs & kInitTables && !(*now & kInitTables)) out.flag("noinit_itable");
    number("max_dir_size_kb", "s_max_dir_size_kb", 0);
    if (*now & kDataErrorAbort) out.set("data_err", "abort");
    const std::uint64_t second = info.get("s_mount_opt2").value_or(0);
    if (info.has("s_mb_max_linear_groups")) {  // since 5.18 (a9f2a2931d0e)
        const bool many = info.get("s_groups_count").value_or(0) >= kLinearGroups;
        if (many != ((second & kOptimizeScan) != 0)) out.number("mb_optimize_scan", many ? 0 : 1);
    }
    if (differs & ~known || (second & kSecondShown) || superblock.get("s_dquot.flags").value_or(0))
        out.incomplete();
}

}  // namespace

extern const Filesystem plugin_filesystems_ext4;
const Filesystem plugin_filesystems_ext4{0xef53, options};

}  // namespace inquest
