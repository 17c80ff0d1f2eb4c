#include "inspect/options.h"

#include <gtest/gtest.h>

namespace inquest {
namespace {

Result<Options> parse(std::vector<std::string> words) { return Options::parse("list", "hc:", words); }

TEST(Options, LettersTogetherOrApartAndValuesBesideOrBehind) {
    auto options = parse({"-hc3", "start", "-c", "4"});
    ASSERT_TRUE(options);
    EXPECT_TRUE(options->has('h'));
    EXPECT_EQ(options->value('c'), "4");
    EXPECT_EQ(options->words(), std::vector<std::string>{"start"});
}

TEST(Options, UnknownOnesAndMissingValuesAreErrors) {
    EXPECT_EQ(parse({"-q"}).error().message(), "list does not know -q");
    EXPECT_EQ(parse({"-c"}).error().message(), "-c of list takes a value");
    EXPECT_EQ(parse({"-:"}).error().message(), "list does not know -:");
    EXPECT_TRUE(parse({"--", "-q"}));
}

TEST(Options, CountsHaveBounds) {
    EXPECT_EQ(parse({"-c", "0x10"})->count('c', 1, 100).value(), 16u);
    EXPECT_FALSE(parse({"-c", "0"})->count('c', 1, 100));
    EXPECT_FALSE(parse({"-c", "101"})->count('c', 1, 100));
    EXPECT_EQ(parse({})->count('c', 7, 100).value(), 7u);
}

}  // namespace
}  // namespace inquest
