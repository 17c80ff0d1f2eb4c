#include "kernel/subsystems/page_cache.h"

#include <algorithm>
#include <fmt/format.h>
#include <optional>

#include "base/text.h"
#include "kernel/exported.h"
#include "kernel/subsystems/file.h"
#include "kernel/subsystems/file_users.h"
#include "kernel/subsystems/mount.h"

namespace inquest {
namespace {

constexpr std::uint64_t kHugetlbfs = 0x958458f6;  // include/uapi/linux/magic.h
constexpr std::size_t kMostInodes = 1 << 26, kMostSuperblocks = 1 << 16, kMostMounts = 64;

// Every super block, or where the kernel's symbols do not tell their list (no KALLSYMS_ALL) those that the
// first namespace has mounted, and block devices'.
std::vector<Object> superblocks(Objects& objects, bool& complete) {
    if (auto list = objects.session().symbols().address_of("super_blocks"))
        return objects.list(*list, "super_block", "s_list");
    complete = false;
    objects.add_problem("the list of super blocks cannot be found: files of shared memory are missing");
    std::vector<Object> found;
    auto add = [&](const Object& one) {
        if (one && std::ranges::find(found, one) == found.end() && found.size() < kMostSuperblocks)
            found.push_back(one);
    };
    auto init = find_exported(objects.session(), "init_task");
    Object space = objects.at("task_struct", init.value_or(0)).follow("nsproxy").follow("mnt_ns");
    auto list = space.address_of("list");
    for (const Object& mount :
         list ? objects.list(*list, "mount", "mnt_list")
              : objects.tree(space.address_of("mounts").value_or(0), "mount", "mnt_node"))
        add(mount.follow("mnt.mnt_sb"));
    if (auto devices = find_exported(objects.session(), "blockdev_superblock"))
        add(objects.at("super_block", objects.session().read_pointer(*devices).value_or(0)));
    return found;
}

// struct mount of each place where a super block is mounted.
std::vector<Object> mounts_of(Objects& objects, const Object& superblock) {
    if (!objects.offset_of("mount", "mnt_next_for_sb"))  // a list_head up to 6.17
        return objects.list(superblock.address_of("s_mounts").value_or(0), "mount", "mnt_instance");
    std::vector<Object> found;
    for (Object mount = superblock.follow("s_mounts"); mount && found.size() < kMostMounts;
         mount = mount.follow("mnt_next_for_sb"))
        found.push_back(mount);
    return found;
}

class Reader {
  public:
    Reader(Objects& objects, const TaskList& tasks, std::size_t most)
        : objects_(objects), session_(objects.session()), tasks_(tasks), most_(most) {
        auto number = [&](std::string_view structure, std::string_view member) {
            auto offset = objects.offset_of(structure, member);
            usable_ = usable_ && offset;
            return offset.value_or(0);
        };
        link_ = number("inode", "i_sb_list");
        mapping_ = number("inode", "i_mapping");
        data_ = number("inode", "i_data");
        count_ = number("address_space", "nrpages");
    }

    PageCache read() {
        if (!usable_) {
            objects_.add_problem("the dump's types do not tell how an inode is built");
            cache_.complete = false;
            return std::move(cache_);
        }
        for (const Object& one : superblocks(objects_, cache_.complete)) {
            if (one.get("s_magic") == kHugetlbfs) continue;
            inodes_of(one);
        }
        if (unread_) {
            cache_.complete = false;
            objects_.add_problem(fmt::format("{} inodes are not in the dump", unread_));
        }
        keep_largest();
        const FileUsers users(objects_, tasks_);
        for (const Found& one : found_) cache_.largest.push_back(view_of(one, users));
        return std::move(cache_);
    }

  private:
    struct Found {
        std::uint64_t pages, inode, superblock;
    };

    void inodes_of(const Object& superblock) {
        auto head = superblock.address_of("s_inodes");
        if (!head) return;
        const bool is_device = superblock.follow("s_type").text("name", 16) == "bdev";
        std::uint64_t before = *head;
        for (auto link = session_.read_as<Link>(before); link && link->next != *head;) {
            const std::uint64_t at = link->next;
            link = session_.read_as<Link>(at);
            // Where each entry points back to the one before, the list runs in no circle but its own.
            if (!link || link->previous != before || ++cache_.inodes > kMostInodes) {
                objects_.add_problem(fmt::format("the inodes of the super block at {} break off at {}",
                                                 hex(superblock.address()), hex(at)));
                cache_.complete = false;
                return;
            }
            before = at;
            take(at - link_, superblock.address(), is_device);
        }
    }

    void take(std::uint64_t inode, std::uint64_t superblock, bool is_device) {
        auto mapping = session_.read_pointer(inode + mapping_);
        auto pages = mapping ? session_.read_pointer(*mapping + count_) : std::nullopt;
        unread_ += !pages;
        // An inode of a device's special file borrows the mapping of the device, which has its own inode.
        if (!pages || *pages == 0 || *mapping != inode + data_) return;
        ++cache_.files;
        (is_device ? cache_.device_pages : cache_.pages) += *pages;
        found_.push_back({*pages, inode, superblock});
        if (found_.size() >= 2 * most_ + (1 << 16)) keep_largest();
    }

    void keep_largest() {
        std::ranges::stable_sort(found_, std::ranges::greater{}, &Found::pages);
        if (found_.size() > most_) found_.resize(most_);
    }

    CachedFile view_of(const Found& found, const FileUsers& users) {
        CachedFile file{.inode = found.inode, .mapping = found.inode + data_, .pages = found.pages};
        Object inode = objects_.at("inode", found.inode),
               superblock = objects_.at("super_block", found.superblock);
        file.inode_number = inode.get("i_ino").value_or(0);
        file.size = inode.get("i_size").value_or(0);
        file.filesystem = superblock.follow("s_type").text("name", 64).value_or("(unknown)");
        file.device = superblock.text("s_id", 64).value_or("");
        const bool is_device = file.filesystem == "bdev";
        const auto number = is_device ? inode.get("i_rdev") : superblock.get("s_dev");
        file.major = static_cast<unsigned>(number.value_or(0) >> 20);  // include/linux/kdev_t.h: MINORBITS
        file.minor = number.value_or(0) & 0xfffff;
        if (is_device) file.device = device_name(inode);
        file.path =
            is_device ? "(the device " + file.device + " itself)" : path_of_inode(inode, superblock, file);
        file.users = users.of(objects_, file.mapping);
        return file;
    }

    std::string device_name(const Object& inode) {
        auto offset = objects_.offset_of("bdev_inode", "vfs_inode");
        Object device = offset ? objects_.at("bdev_inode", inode.address() - *offset).in("bdev") : Object();
        // The device is a part of it since 5.11 (0d02129e76ed).
        if (auto name = device.text("bd_device.kobj.name", 64)) return *name;
        const std::uint64_t part = device.get("bd_partno").value_or(0);
        auto disk = device.follow("bd_disk").text("disk_name", 32).value_or("(unknown)");
        if (part == 0) return disk;
        return disk + (!disk.empty() && is_digit(disk.back()) ? "p" : "") + std::to_string(part);
    }

    std::string path_of_inode(const Object& inode, const Object& superblock, const CachedFile& file) {
        auto link = objects_.offset_of("dentry", "d_u.d_alias");
        if (!link) link = objects_.offset_of("dentry", "d_alias");  // in no named union since 7.0
        auto first = inode.get("i_dentry.first");
        if (!link || !first || *first == 0) return "(no name in memory)";
        Object dentry = objects_.at("dentry", *first - *link);
        if (!root_) root_ = first_root(objects_);
        std::size_t tried = 0;
        auto mounts = mounts_of(objects_, superblock);
        // A mount of the whole file system before one of a directory of it.
        const Object top = superblock.follow("s_root");
        std::ranges::stable_partition(
            mounts, [&](const Object& mount) { return mount.follow("mnt.mnt_root") == top; });
        for (const Object& mount : mounts) {
            if (++tried > kMostMounts) break;
            FilePlace place{mount.in("mnt"), dentry};
            if (is_below(objects_, place, *root_)) return path_of(objects_, place, *root_);
        }
        std::string path = path_of(objects_, {{}, dentry}, *root_);
        // What has no path has a name that says so: "/memfd:x (deleted)".
        if (auto namer = dentry.follow("d_op").get("d_dname"); namer && *namer) return path;
        return fmt::format("({} {}):{}", file.filesystem, file.device, path);
    }

    struct Link {
        std::uint64_t next, previous;
    };
    Objects& objects_;
    Session& session_;
    const TaskList& tasks_;
    std::size_t most_;
    bool usable_ = true;
    std::uint64_t link_ = 0, mapping_ = 0, data_ = 0, count_ = 0;
    std::vector<Found> found_;
    std::size_t unread_ = 0;
    std::optional<FilePlace> root_;
    PageCache cache_;
};

}  // namespace

PageCache page_cache(Objects& objects, const TaskList& tasks, std::size_t most) {
    return Reader(objects, tasks, most).read();
}

}  // namespace inquest
