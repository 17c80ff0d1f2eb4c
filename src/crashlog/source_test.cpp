#include "crashlog/source.h"

#include <gtest/gtest.h>

namespace inquest {
namespace {

std::vector<std::string> texts(std::string_view log) {
    std::vector<std::string> found;
    auto source = open_text(log);
    while (const Line* line = source->next()) found.emplace_back(line->text);
    return found;
}

TEST(Source, GivesEveryLineWithItsNumber) {
    auto source = open_text("one\r\ntwo\n\nfour");
    for (std::string_view expected : {"one", "two", "", "four"}) ASSERT_EQ(source->next()->text, expected);
    EXPECT_EQ(source->next(), nullptr);
    EXPECT_EQ(source->lines(), 4u);
}

TEST(Source, KeepsTheLineBefore) {
    auto source = open_text("one\ntwo\n");
    const Line* first = source->next();
    source->next();
    EXPECT_EQ(first->text, "one");
}

TEST(Source, BeforeIsRawInput) {
    auto source = open_text("[    1.000000] one\n[    2.000000] two\n");
    source->next();
    EXPECT_EQ(source->before(100), "");
    source->next();
    EXPECT_EQ(source->before(100), "[    1.000000] one\n");
    EXPECT_EQ(source->before(4), "one\n");
}

TEST(Source, NestedEnvelopesComeOff) {
    auto expected = std::vector<std::string>{"Call Trace:", " foo+0x1/0x2"};
    EXPECT_EQ(texts("> > May 25 20:50:48 host kernel: [  123.456789] Call Trace:\n"
                    "> > May 25 20:50:48 host kernel: [  123.456789][  T895]  foo+0x1/0x2\n"),
              expected);
}

}  // namespace
}  // namespace inquest
