#include "crashlog/pstore.h"

#include <gtest/gtest.h>

#include "crashlog/source.h"

namespace inquest {
namespace {

TEST(Pstore, PartsComeInTheOrderOfTime) {
    std::vector<std::string> records{"Panic#2 Part1\n<4>[    3.000000] three\n",
                                     "Panic#2 Part2\n<4>[    1.000000] one\n<4>[    2.000000] two\n"};
    EXPECT_EQ(join_pstore_texts(records),
              "<4>[    1.000000] one\n<4>[    2.000000] two\n<4>[    3.000000] three\n");
}

TEST(Pstore, SeveralPartsInOneFile) {
    auto source = open_text(
        "====1234.567890-D\nOops#1 Part1\n<4>[    2.000000] two\n"
        "====1234.567890-D\nOops#1 Part2\n<4>[    1.000000] one\n");
    EXPECT_EQ(source->next()->text, "one");
    EXPECT_EQ(source->next()->text, "two");
    EXPECT_EQ(source->next(), nullptr);
}

TEST(Pstore, WhatOopsAndPanicBothSavedStandsOnce) {
    std::vector<std::string> records{
        "Oops#1 Part1\n<4>[    1.000000] a message long enough\n<4>[    2.000000] another message here\n",
        "Panic#2 Part1\ncut\n<4>[    2.000000] another message here\n<4>[    3.000000] the panic\n"};
    auto log = join_pstore_texts(records);
    EXPECT_EQ(log.find("another"), log.rfind("another"));
    EXPECT_NE(log.find("a message"), log.npos);
}

TEST(Pstore, OtherTextPassesThrough) {
    EXPECT_EQ(open_text("Panic at the disco\nPart1\n")->next()->text, "Panic at the disco");
}

}  // namespace
}  // namespace inquest
