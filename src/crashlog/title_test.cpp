#include "crashlog/title.h"

#include <gtest/gtest.h>

namespace inquest {
namespace {

TEST(CleanTitle, ReplacesWhatDiffersFromRunToRun) {
    EXPECT_EQ(clean_title("bad mode at ffffffff81234567 and 0x7f0012345678"), "bad mode at ADDR and ADDR");
    EXPECT_EQ(clean_title("unable to mount on unknown-block(0,0)"),
              "unable to mount on unknown-block(NUM,NUM)");
    EXPECT_EQ(clean_title("lost 10.0.0.17 twice"), "lost IP twice");
    EXPECT_EQ(clean_title("failed at fs/wombat/inode.c:1234"), "failed at fs/wombat/inode.c:LINE");
    EXPECT_EQ(clean_title("bad call of wombat_read+0x12/0x340"), "bad call of wombat_read");
    EXPECT_EQ(clean_title("stuck on CPU#3"), "stuck on CPU");
    EXPECT_EQ(clean_title("serial wombat1234567890"), "serial wombatNUM");
}

TEST(CleanTitle, KeepsWordsAndNames) {
    EXPECT_EQ(clean_title("a decade of facade"), "a decade of facade");
    EXPECT_EQ(clean_title("warning in cfg80211_bss_update"), "warning in cfg80211_bss_update");
    EXPECT_EQ(clean_title("in do_sys_poll64"), "in do_sys_poll64");
}

TEST(CleanTitle, FoldsBlanksDropsControlBytesAndCuts) {
    EXPECT_EQ(clean_title("  a \t b\x1b[0m\n"), "a b[0m");
    EXPECT_EQ(clean_title(std::string(500, 'x')).size(), 120U);
    EXPECT_EQ(clean_title(""), "");
}

TEST(TitleFunction, TakesSystemCallWrappersOff) {
    EXPECT_EQ(title_function("__do_sys_mount.isra.0"), "mount");
    EXPECT_EQ(title_function("__x64_sys_mount"), "sys_mount");
    EXPECT_EQ(title_function("SyS_mount"), "mount");
    EXPECT_EQ(title_function("ksys_read"), "read");
    EXPECT_EQ(title_function("wombat_sys_mount"), "wombat_sys_mount");
}

TEST(TitleIn, NamesTheCulpritOrNobody) {
    CrashEvent event;
    EXPECT_EQ(title_in("divide error", event), "divide error");
    event.guilty.function = "wombat_rate.constprop.0";
    EXPECT_EQ(title_in("divide error", event), "divide error in wombat_rate");
}

}  // namespace
}  // namespace inquest
