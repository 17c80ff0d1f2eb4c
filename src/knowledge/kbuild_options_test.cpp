#include "knowledge/kbuild_options.h"

#include <gtest/gtest.h>

namespace inquest {
namespace {

using Names = std::vector<std::string_view>;

constexpr std::string_view kTable =
    "# Linux 6.1.192\n# more\n"
    "drivers/net/ice/main.c CONFIG_ETHERNET CONFIG_ICE\n"
    "fs/a.c CONFIG_A\n"
    "fs/a/b.c CONFIG_B\n"
    "net/x.c CONFIG_NET\n";

TEST(KbuildOptions, FindsEachFileAndNoOther) {
    KbuildOptions table(kTable);
    EXPECT_EQ(table.of("drivers/net/ice/main.c"), (Names{"CONFIG_ETHERNET", "CONFIG_ICE"}));
    EXPECT_EQ(table.of("fs/a.c"), Names{"CONFIG_A"});
    EXPECT_EQ(table.of("fs/a/b.c"), Names{"CONFIG_B"});
    EXPECT_EQ(table.of("net/x.c"), Names{"CONFIG_NET"});
    for (auto other : {"", "#", "a.c", "fs/a", "fs/aa.c", "net/x.c ", "z.c"})
        EXPECT_TRUE(table.of(other).empty());
    for (auto text : {"", "#", "# Linux", "\n", "\n\n", "x"})
        EXPECT_TRUE(KbuildOptions(text).of("fs/a.c").empty());
}

TEST(KbuildOptions, WhatAnotherSeriesDoesNotMentionIsNotKnown) {
    KbuildOptions table(kTable);
    auto leaves_out = [&](std::string_view file, std::string_view config) {
        return table.leaves_out(file, KernelConfig::parse(config).value());
    };
    constexpr std::string_view kIce = "drivers/net/ice/main.c";
    EXPECT_TRUE(leaves_out(kIce, "# CONFIG_ICE is not set\n"));
    EXPECT_FALSE(leaves_out(kIce, "CONFIG_ICE=m\n"));
    EXPECT_TRUE(leaves_out(kIce, "# Linux/x86 6.1.5 Kernel Configuration\nCONFIG_ICE=m\n"));
    EXPECT_FALSE(leaves_out(kIce, "# Linux/x86 6.12.5 Kernel Configuration\nCONFIG_ICE=m\n"));
    EXPECT_FALSE(
        leaves_out(kIce, "# Linux/x86 6.1.5 Kernel Configuration\nCONFIG_ICE=m\nCONFIG_ETHERNET=y\n"));
    EXPECT_FALSE(leaves_out("fs/z.c", "# Linux/x86 6.1.5 Kernel Configuration\nCONFIG_ICE=m\n"));
}

TEST(KbuildOptions, TheBuiltInTableKnowsDriversAndNotTheScheduler) {
    const auto& table = KbuildOptions::built_in();
    EXPECT_EQ(table.of("fs/ext4/super.c"), (Names{"CONFIG_EXT4_FS"}));
    EXPECT_EQ(table.of("net/bluetooth/hci_core.c"), (Names{"CONFIG_BT", "CONFIG_NET"}));
    EXPECT_TRUE(table.of("kernel/sched/core.c").empty());
}

}  // namespace
}  // namespace inquest
