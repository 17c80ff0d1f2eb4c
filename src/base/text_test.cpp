#include "base/text.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace inquest {

TEST(Text, NumbersTakeTheWholeTextOrNothing) {
    EXPECT_EQ(parse_dec("146"), 146u);
    EXPECT_EQ(parse_dec("146 "), std::nullopt);
    EXPECT_EQ(parse_hex("0xffffffffffffffff"), ~0ull);
    EXPECT_EQ(parse_hex("10000000000000000"), std::nullopt);
    EXPECT_EQ(parse_hex(""), std::nullopt);
}

TEST(Text, TerminalEscapesControlBytesAndKeepsText) {
    EXPECT_EQ(escape_for_terminal("a\x1b[31mb"), "a\\x1b[31mb");
    EXPECT_EQ(escape_for_terminal("\xc2\x9b"), "\\xc2\\x9b");           // C1 CSI
    EXPECT_EQ(escape_for_terminal("\xe2\x80\xae"), "\\xe2\\x80\\xae");  // right-to-left override
    EXPECT_EQ(escape_for_terminal("\xff"), "\\xff");
    EXPECT_EQ(escape_for_terminal("內核"), "內核");
}

TEST(Text, Utf8RejectsOverlongAndSurrogates) {
    EXPECT_EQ(to_valid_utf8("\xc0\xaf"), "\xEF\xBF\xBD\xEF\xBF\xBD");
    EXPECT_EQ(to_valid_utf8("\xed\xa0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(Json, RoundTripKeepsOrderAndEscapes) {
    auto json = parse_json(R"({"b":[1,-2,2.5,true,null],"a":"x\ny\"\u0001"})");
    ASSERT_TRUE(json);
    EXPECT_EQ(json->dump(), R"({"b":[1,-2,2.5,true,null],"a":"x\ny\"\u0001"})");
}

TEST(Json, RefusesDepthAndGarbage) {
    EXPECT_FALSE(parse_json(std::string(1000, '[')));
    EXPECT_FALSE(parse_json("{\"a\":"));
    EXPECT_EQ(Json(std::string("\xff")).dump(), "\"\xEF\xBF\xBD\"");
}

}  // namespace inquest
