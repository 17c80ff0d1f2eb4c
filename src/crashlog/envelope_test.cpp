#include "crashlog/envelope.h"

#include <gtest/gtest.h>

namespace inquest {
namespace {

Line stripped(std::string_view text) {
    Line line;
    line.text = text;
    strip_envelopes(line);
    return line;
}

TEST(Envelope, DmesgStampGivesTheTime) {
    auto line = stripped("[   12.345678]  foo+0x1/0x2");
    EXPECT_EQ(line.text, " foo+0x1/0x2");
    EXPECT_EQ(line.time_us, 12345678);
    EXPECT_TRUE(line.enveloped);
    EXPECT_EQ(line.envelope, "dmesg");
}

TEST(Envelope, CallerIsTaskOrCpu) {
    EXPECT_EQ(stripped("[   12.345678][  T895] x").caller, (Caller{Caller::Type::task, 895}));
    EXPECT_EQ(stripped("[   12.345678] [    C1] x").caller, (Caller{Caller::Type::cpu, 1}));
    EXPECT_EQ(stripped("[   12.345678][  T895] x").text, "x");
}

TEST(Envelope, LevelsAndStamps) {
    auto line = stripped("<4>[   12.345678] x");
    EXPECT_EQ(line.level, 4);
    EXPECT_EQ(line.time_us, 12345678);
    EXPECT_EQ(line.text, "x");
}

TEST(Envelope, SyslogGivesTheHost) {
    for (auto text :
         {"May 25 20:50:48 node1 kernel: x", "Dez  5 20:50:48 node1 kernel[0]: x",
          "févr. 25 20:50:48 node1 kernel: x", "8月 25 20:50:48 node1 kernel: x",
          "2024-05-20T10:36:38.123456+02:00 node1 kernel: x", "2024-05-20 10:36:38 node1 kernel: x"}) {
        auto line = stripped(text);
        EXPECT_EQ(line.text, "x") << text;
        EXPECT_EQ(line.host, "node1") << text;
        EXPECT_TRUE(line.enveloped) << text;
    }
}

TEST(Envelope, FurtherFormsOfSyslogAndJournal) {
    for (auto text :
         {"Mon 2024-05-20 10:36:38 CEST node1 kernel: x", "Mon May 20 10:36:38 2024 kern.warn kernel: x",
          "<4>1 2024-05-20T10:36:38.123456+02:00 node1 kernel - - - x", "1716190598.123456 node1 kernel: x",
          "May 25 20:50:48.123456 node1 kernel: x", "[  123.456789 <    0.000123 >] node1 kernel: x",
          "2024-05-20T10:36:38,123456+02:00 x", "    MESSAGE=x"}) {
        EXPECT_EQ(stripped(text).text, "x") << text;
        EXPECT_TRUE(stripped(text).enveloped) << text;
    }
}

TEST(Envelope, SyslogOfOtherProgramsIsNoKernelMessage) {
    for (auto text : {"May 25 20:50:48 node1 systemd[1]: Started x.", "10 green bottles at 20:50:48 hanging",
                      "On Mon 25 May 20:50:48 someone wrote kernel: x"})
        EXPECT_FALSE(stripped(text).enveloped) << text;
}

TEST(Envelope, SyslogWithLevelWord) {
    auto line = stripped("Jul 31 13:23:12.087140 warn kernel: [   12.345678] x");
    EXPECT_EQ(line.text, "x");
    EXPECT_EQ(line.level, 4);
}

TEST(Envelope, WallClockOfDmesgInAnyLocale) {
    for (auto text :
         {"[Mon May 20 10:36:38 2024] x", "[lun. mai 20 10:36:38 2024] x", "[一 5月 20 10:36:38 2024] x"})
        EXPECT_EQ(stripped(text).text, "x") << text;
}

TEST(Envelope, DifferencesToTheLineBefore) {
    EXPECT_EQ(stripped("[  +0.000065] x").text, "x");
    EXPECT_EQ(stripped("[  126.397219 <    0.000014>] x").text, "x");
    EXPECT_EQ(stripped("[  126.397219 <    0.000014>] x").time_us, 126397219);
}

TEST(Envelope, FacilityAndLevelInWords) {
    auto line = stripped("kern  :warn  : [   12.345678] x");
    EXPECT_EQ(line.text, "x");
    EXPECT_EQ(line.level, 4);
}

TEST(Envelope, MonotonicJournal) {
    auto line = stripped("[22877.667177] flap.local kernel: BUG: x");
    EXPECT_EQ(line.text, "BUG: x");
    EXPECT_EQ(line.host, "flap.local");
    EXPECT_EQ(line.time_us, 22877667177);
}

TEST(Envelope, ExtendedConsole) {
    auto line = stripped("4,1234,567890,-,caller=T17;x");
    EXPECT_EQ(line.text, "x");
    EXPECT_EQ(line.level, 4);
    EXPECT_EQ(line.time_us, 567890);
    EXPECT_EQ(line.caller, (Caller{Caller::Type::task, 17}));
}

TEST(Envelope, TestSystemsPrefixes) {
    EXPECT_EQ(stripped("2023-01-01T00:00:00.000Z [   12.345678] x").text, "x");
    EXPECT_EQ(stripped("#12 3.456 [   12.345678] x").text, "x");
    EXPECT_EQ(stripped("# [   12.345678] x").text, "x");
    EXPECT_EQ(stripped("[20190527221107]pgd = 1").text, "pgd = 1");
    EXPECT_EQ(stripped("[   12.345678] 003: x").caller, (Caller{Caller::Type::cpu, 3}));
    EXPECT_EQ(stripped("    [   12.345678] x").text, "x");
}

TEST(Envelope, QuotesOfAnyDepth) {
    EXPECT_EQ(stripped("> > >>  [<ffffffff8106dd4f>] f").text, " [<ffffffff8106dd4f>] f");
    EXPECT_EQ(stripped("> >ffff888012345678: fb fb").text, ">ffff888012345678: fb fb");
}

TEST(Envelope, WhatIsNoStampStays) {
    for (auto text : {"[ 1799]     0  1799    12345", "[<ffffffff8106dd4f>] f+0x1/0x2", "[1.2] list",
                      "kernel BUG at a.c:1!"}) {
        EXPECT_EQ(stripped(text).text, text);
        EXPECT_FALSE(stripped(text).enveloped) << text;
    }
}

TEST(Envelope, PeopleCutTheTimeOff) {
    EXPECT_EQ(stripped("localhost kernel: BUG: x").text, "BUG: x");
    EXPECT_EQ(stripped(" kernel: x").text, "x");
    EXPECT_EQ(stripped("    Nov  1 07:56:09 node1 kernel: x").text, "x");
    EXPECT_EQ(stripped("The kernel: BUG: x").text, "The kernel: BUG: x");
}

TEST(Envelope, VendorsNameTheFile) {
    auto line = stripped("[name:lockdep&]WARNING: inconsistent lock state");
    EXPECT_EQ(line.text, "WARNING: inconsistent lock state");
    EXPECT_TRUE(line.enveloped);
}

TEST(Envelope, ABarBehindAQuoteMarkQuotesToo) {
    EXPECT_EQ(stripped("> |WARNING: x").text, "WARNING: x");
    EXPECT_EQ(stripped("|x").text, "|x");
}

}  // namespace
}  // namespace inquest
