#include "knowledge/kernel_config.h"

#include <gtest/gtest.h>

namespace inquest {
namespace {

using Option = KernelConfig::Option;

TEST(KernelConfig, TellsWhatIsSetWhatIsNotAndWhatIsNotMentioned) {
    auto config = KernelConfig::parse(
        "#\n# Automatically generated file; DO NOT EDIT.\n"
        "# Linux/x86 6.1.192 Kernel Configuration\n#\n"
        "CONFIG_NET=y\nCONFIG_ICE=m\r\nCONFIG_NAME=\"a # b\"\nCONFIG_OLD=n\n\n# CONFIG_BT is not set\n");
    ASSERT_TRUE(config);
    EXPECT_EQ(config->series(), "6.1");
    EXPECT_EQ(config->option("CONFIG_NET"), Option::set);
    EXPECT_EQ(config->option("CONFIG_ICE"), Option::set);
    EXPECT_EQ(config->option("CONFIG_NAME"), Option::set);
    EXPECT_EQ(config->option("CONFIG_OLD"), Option::not_set);
    EXPECT_EQ(config->option("CONFIG_BT"), Option::not_set);
    EXPECT_EQ(config->option("CONFIG_B"), Option::absent);
}

TEST(KernelConfig, AnotherTextIsRefusedInOneSentence) {
    EXPECT_EQ(KernelConfig::parse("CONFIG_A=y\nhello\n").error().message(),
              "line 2 is no line of a kernel's configuration");
    EXPECT_EQ(KernelConfig::parse("# nothing\n").error().message(),
              "this is no kernel's configuration: it has no option");
    EXPECT_FALSE(KernelConfig::parse(""));
    EXPECT_TRUE(KernelConfig::read("/no such file")
                    .error()
                    .message()
                    .starts_with("reading the configuration /no such file: "));
}

TEST(KernelConfig, WithoutItsFirstLinesTheSeriesIsNotKnown) {
    EXPECT_EQ(KernelConfig::parse("CONFIG_A=y\n")->series(), "");
    EXPECT_EQ(KernelConfig::parse("# Linux/x86 x.y Kernel Configuration\nCONFIG_A=y\n")->series(), "");
    EXPECT_EQ(KernelConfig::parse("# Linux/arm64 7.0-rc1 Kernel Configuration\nCONFIG_A=y\n")->series(),
              "7.0");
}

}  // namespace
}  // namespace inquest
