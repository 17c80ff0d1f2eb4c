#include <array>

#include "kernel/filesystem.h"

namespace inquest {
namespace {

struct Flag {
    std::string_view enumerator, option;
};

// cgroup_show_options (kernel/cgroup/cgroup.c); the bits moved in 6.0 (6a010a49b63a).
constexpr std::array<Flag, 6> kFlags{{
    {"CGRP_ROOT_NS_DELEGATE", "nsdelegate"},
    {"CGRP_ROOT_FAVOR_DYNMODS", "favordynmods"},
    {"CGRP_ROOT_MEMORY_LOCAL_EVENTS", "memory_localevents"},
    {"CGRP_ROOT_MEMORY_RECURSIVE_PROT", "memory_recursiveprot"},
    {"CGRP_ROOT_MEMORY_HUGETLB_ACCOUNTING", "memory_hugetlb_accounting"},
    {"CGRP_ROOT_PIDS_LOCAL_EVENTS", "pids_localevents"},
}};

void options(Objects& objects, const Object&, MountOptions& out) {
    auto flags = objects.global("cgroup_root", "cgrp_dfl_root").get("flags");
    if (!flags) return out.incomplete();
    for (const Flag& flag : kFlags)
        if (auto bit = objects.enumerator("", flag.enumerator);
            bit && (*flags & static_cast<std::uint64_t>(*bit)))
            out.flag(flag.option);
}

}  // namespace

extern const Filesystem plugin_filesystems_cgroup2;
const Filesystem plugin_filesystems_cgroup2{0x63677270, options};

}  // namespace inquest
