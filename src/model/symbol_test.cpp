#include "model/symbol.h"

#include <gtest/gtest.h>

namespace inquest {

TEST(BareFunction, DropsWhatCompilersAppend) {
    EXPECT_EQ(bare_function("path_lookupat.isra.53"), "path_lookupat");
    EXPECT_EQ(bare_function("__list_del_entry_valid.cold.1"), "__list_del_entry_valid");
    EXPECT_EQ(bare_function("tamperhack_mkdir.part.4.constprop.0"), "tamperhack_mkdir");
    EXPECT_EQ(bare_function("do_idle.llvm.1234567890"), "do_idle");
    EXPECT_EQ(bare_function("foo$local"), "foo");
    EXPECT_EQ(bare_function("vfs_read"), "vfs_read");
    EXPECT_EQ(bare_function(""), "");
}

TEST(BareFunction, GivesAllWrappersOfASystemCallOneName) {
    for (auto name : {"__x64_sys_openat", "__do_sys_openat", "__se_sys_openat", "__arm64_sys_openat",
                      "SyS_openat", "SYSC_openat", ".sys_openat", "sys_openat"})
        EXPECT_EQ(bare_function(name), "sys_openat") << name;
    EXPECT_EQ(bare_function("__ia32_compat_sys_ioctl"), "compat_sys_ioctl");
}

TEST(BareFunction, KeepsFunctionsThatOnlyLookLikeWrappers) {
    for (auto name : {"__sys_sendmsg", "ksys_read", "__x64_", "__do_softirq", "__", "__handle_sysrq",
                      "_ZN4core9panicking5panic17h0123456789abcdefE"})
        EXPECT_EQ(bare_function(name), name);
}

}  // namespace inquest
