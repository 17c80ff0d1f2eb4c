#include "crashlog/clean.h"

#include <gtest/gtest.h>

namespace inquest {
namespace {

std::string cleaned(std::string_view raw) {
    std::string out;
    clean(raw, out);
    EXPECT_EQ(needs_cleaning(raw) || out == raw, true) << raw;
    return out;
}

TEST(Clean, OrdinaryTextNeedsNone) {
    EXPECT_FALSE(needs_cleaning("[   12.345678]\tfoo+0x1/0x2 [mod] (a|b) 50%"));
}

TEST(Clean, TerminalSequencesGo) {
    EXPECT_EQ(cleaned("\x1b[0;1;31mred\x1b[0m text"), "red text");
    EXPECT_EQ(cleaned("^[[32m[    1.000000] x^[[0m"), "[    1.000000] x");
    EXPECT_EQ(cleaned("\x1b]0;title\x07prompt"), "prompt");
    EXPECT_EQ(cleaned("#033[0mx#011y"), "x\ty");
    EXPECT_EQ(cleaned("ab\b\bcd"), "cd");
}

TEST(Clean, CarriageReturnsEndLinesOrGo) {
    EXPECT_EQ(cleaned("one\r"), "one");
    EXPECT_EQ(cleaned("\rone\r\r"), "one");
    EXPECT_EQ(cleaned("10%\r20%\r[    1.000000] x"), "10%\n20%\n[    1.000000] x");
}

TEST(Clean, CursorMovesEndLines) { EXPECT_EQ(cleaned("a\x1b[2;1Hb"), "a\nb"); }

TEST(Clean, EntitiesBecomeCharacters) {
    EXPECT_EQ(cleaned("&lt;IRQ&gt; &amp;q-&gt;lock &#39;x&#x27;&nbsp;y"), "<IRQ> &q->lock 'x' y");
    EXPECT_EQ(cleaned("&amp;gt;"), ">");
    EXPECT_EQ(cleaned("(&mapping->lock){+.+.}; &;"), "(&mapping->lock){+.+.}; &;");
}

TEST(Clean, BlanksOfAllKindsAndNoWidth) {
    EXPECT_EQ(cleaned("a\xC2\xA0"
                      "b\xE3\x80\x80"
                      "c\xE2\x80\x8B"
                      "d\xEF\xBB\xBF"
                      "e"),
              "a b cde");
    EXPECT_EQ(cleaned("a\xA0"
                      "b"),
              "a b");
    EXPECT_EQ(cleaned("Größe 宕機"), "Größe 宕機");
}

TEST(Clean, EscapedLineFeedsOfPastedJson) {
    EXPECT_EQ(cleaned(R"("one\ntwo\tx\u003cIRQ\u003e \"q\"")"), "\"one\ntwo\tx<IRQ> \"q\"\"");
    EXPECT_EQ(cleaned(R"(path C:\new stays)"), R"(path C:\new stays)");
}

TEST(Clean, NulBytesGo) { EXPECT_EQ(cleaned(std::string_view("a\0\0b", 4)), "ab"); }

TEST(Clean, DropsACarriageReturnThatWasWrittenOut) {
    EXPECT_EQ(cleaned("BUG: x^M"), "BUG: x");
    EXPECT_EQ(cleaned("a^Mb"), "a^Mb");
}

}  // namespace
}  // namespace inquest
