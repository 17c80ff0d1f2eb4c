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

// Three megabytes of ordinary lines with one crash in them.
struct LongLog {
    static constexpr std::uint64_t kCrash = 30000;
    std::string text;

    LongLog() {
        for (std::uint64_t number = 1; number <= 45000; ++number) {
            text +=
                "[   12.345678] usb 1-1: ordinary message number " + std::to_string(number) + " of many\n";
            if (number == kCrash - 1) text += "[   12.345678] Kernel panic - not syncing: here\n", ++number;
        }
    }
};

TEST(Source, SkippingComesToTheTriggerWithTrueNumbers) {
    LongLog log;
    auto source = open_text(log.text);
    std::uint64_t read = 0;
    std::uint64_t before = 0;
    std::uint64_t panic = 0;
    while (const Line* line = source->next()) {
        ++read;
        if (line->text.starts_with("Kernel panic")) panic = line->number;
        if (panic == 0) before = line->number;
        source->skip_to_trigger();
    }
    EXPECT_EQ(panic, LongLog::kCrash);
    EXPECT_EQ(before, LongLog::kCrash - 1);  // the lines in front of it were read too
    EXPECT_EQ(source->lines(), 45000u);
    EXPECT_EQ(source->bytes(), log.text.size());
    EXPECT_LT(read, 30000u);
    EXPECT_GT(read, 40u);
}

TEST(Source, LinesOfMegabytesComeInPieces) {
    std::string log(3 << 20, 'x');
    log += "\n[    1.000000] next\n";
    auto source = open_text(log);
    std::size_t length = 0;
    const Line* line = source->next();
    for (; line != nullptr && line->number == 1; line = source->next()) {
        length += line->text.size();
        EXPECT_LE(line->text.size(), 1u << 20);
    }
    EXPECT_EQ(length, 3u << 20);
    ASSERT_NE(line, nullptr);
    EXPECT_EQ(line->text, "next");
    EXPECT_EQ(line->number, 2u);
}

TEST(Source, BytesThatAreNoTextAreSurvived) {
    std::string noise;
    for (int i = 0; i < 100000; ++i) noise += static_cast<char>(i * 7919 >> 3);
    auto source = open_text(noise);
    while (source->next() != nullptr) source->skip_to_trigger();
    EXPECT_EQ(source->bytes(), noise.size());
}

TEST(Source, EmptyInputHasNoLine) {
    EXPECT_EQ(open_text("")->next(), nullptr);
    EXPECT_EQ(open_text("\n")->next()->text, "");
}

TEST(Source, FormatIsTheEnvelopeSeenMost) {
    auto source =
        open_text("prose\n[    1.000000] a\nMay 25 20:50:48 h kernel: b\nMay 25 20:50:48 h kernel: c\n");
    while (source->next() != nullptr) {
    }
    EXPECT_EQ(source->format(), "syslog");
}

}  // namespace
}  // namespace inquest
