#include "cli/parse.h"

#include <array>
#include <gtest/gtest.h>

namespace inquest {
namespace {

std::vector<std::string_view> colours() { return {"red", "blue"}; }

constexpr std::array<Option, 4> kOptions{{
    {"--colour", "COLOUR", "", false, colours},
    {"-o,--output", "FILE", ""},
    {"--dir", "DIR", "", true},
    {"--loud", "", ""},
}};
const Command kCommand{"paint", "", "[WALL...]", "", kOptions, nullptr};
const Command kNoArguments{"stop", "", "", "", {}, nullptr};

Result<Arguments> parse(std::vector<std::string> words, const Command& command = kCommand) {
    return parse_arguments(command, words);
}

}  // namespace

TEST(Parse, OptionsAndArgumentsInAnyOrder) {
    auto arguments = parse({"north", "--loud", "-o", "f", "south", "--colour=red"});
    ASSERT_TRUE(arguments);
    EXPECT_EQ(arguments->positional(), (std::vector<std::string>{"north", "south"}));
    EXPECT_TRUE(arguments->has("--loud"));
    EXPECT_EQ(arguments->value("--output"), "f");
    EXPECT_EQ(arguments->value("--colour", "blue"), "red");
    EXPECT_EQ(arguments->value("--dir", "none"), "none");
}

TEST(Parse, RepeatableOptionsKeepAllOthersTheLast) {
    auto arguments = parse({"--dir", "a", "--dir", "b", "-o", "f", "-o", "g"});
    ASSERT_TRUE(arguments);
    EXPECT_EQ(arguments->values("--dir"), (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(arguments->value("--output"), "g");
}

TEST(Parse, TheValueOfARepeatableOptionDoesNotEatTheArgumentBehindIt) {
    auto arguments = parse({"--dir", "a", "north"});
    ASSERT_TRUE(arguments);
    EXPECT_EQ(arguments->values("--dir"), (std::vector<std::string>{"a"}));
    EXPECT_EQ(arguments->positional(), (std::vector<std::string>{"north"}));
}

TEST(Parse, ADashIsAnArgumentAndTwoEndTheOptions) {
    auto arguments = parse({"-", "--", "--loud"});
    ASSERT_TRUE(arguments);
    EXPECT_EQ(arguments->positional(), (std::vector<std::string>{"-", "--loud"}));
    EXPECT_FALSE(arguments->has("--loud"));
}

TEST(Parse, RefusesWhatItDoesNotKnow) {
    EXPECT_FALSE(parse({"--quiet"}));
    EXPECT_FALSE(parse({"--output"}));
    EXPECT_FALSE(parse({"north"}, kNoArguments));
    auto colour = parse({"--colour", "green"});
    ASSERT_FALSE(colour);
    EXPECT_EQ(colour.error().message(), "--colour takes one of red, blue, not \"green\"");
}

TEST(Parse, HelpGoesBeforeEveryMistake) {
    auto arguments = parse({"--quiet", "-h"});
    ASSERT_TRUE(arguments);
    EXPECT_TRUE(arguments->has("--help"));
    auto named = parse({"--", "--help"});
    ASSERT_TRUE(named);
    EXPECT_FALSE(named->has("--help"));
}

}  // namespace inquest
