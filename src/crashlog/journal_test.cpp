#include "crashlog/journal.h"

#include <gtest/gtest.h>

#include "crashlog/source.h"

namespace inquest {
namespace {

TEST(Journal, JsonEntryOfTheKernel) {
    auto entry = read_json_entry(
        R"({"_TRANSPORT":"kernel","MESSAGE":"Call Trace:","PRIORITY":"4","_HOSTNAME":"node1","__MONOTONIC_TIMESTAMP":"99","_SOURCE_MONOTONIC_TIMESTAMP":"12345678"})");
    ASSERT_TRUE(entry);
    EXPECT_EQ(entry->message, "Call Trace:");
    EXPECT_EQ(entry->level, 4);
    EXPECT_EQ(entry->host, "node1");
    EXPECT_EQ(entry->time_us, 12345678);
    EXPECT_TRUE(entry->from_kernel);
}

TEST(Journal, JsonMessageMayBeBytes) {
    EXPECT_EQ(read_json_entry(R"({"MESSAGE":[79,111,112,115]})")->message, "Oops");
    EXPECT_EQ(read_json_entry(R"({"log":"Oops\n"})")->message, "Oops\n");
}

TEST(Journal, DamagedJsonIsNoEntry) {
    for (auto text : {"{", "{\"MESSAGE\":", "[]", "{\"x\":1}", "{}"})
        EXPECT_FALSE(read_json_entry(text)) << text;
}

TEST(Journal, JsonLinesGiveKernelMessagesOnly) {
    auto source = open_text(
        "{\"MESSAGE\":\"one\\ntwo\",\"_TRANSPORT\":\"kernel\",\"_HOSTNAME\":\"h\"}\n"
        "{\"MESSAGE\":\"not mine\",\"_TRANSPORT\":\"syslog\"}\n"
        "{\"MESSAGE\":\"three\",\"_TRANSPORT\":\"kernel\"}\n");
    for (auto [text, number] : {std::pair{"one", 1u}, {"two", 1u}, {"three", 3u}}) {
        const Line* line = source->next();
        EXPECT_EQ(line->text, text);
        EXPECT_EQ(line->number, number);
        EXPECT_TRUE(line->enveloped);
    }
    EXPECT_EQ(source->next(), nullptr);
    EXPECT_EQ(source->format(), "journal");
}

TEST(Journal, ExportWithTextAndBinaryFields) {
    std::string log =
        "__CURSOR=s=1\n__MONOTONIC_TIMESTAMP=99\n_TRANSPORT=kernel\nPRIORITY=3\nMESSAGE=one\n\n"
        "__CURSOR=s=2\n_TRANSPORT=kernel\nMESSAGE\n";
    log += std::string("\x0a\0\0\0\0\0\0\0", 8) +
           "two\nthree!\n\n__CURSOR=s=3\n_TRANSPORT=stdout\nMESSAGE=no\n\n";
    auto source = open_text(log);
    const Line* line = source->next();
    EXPECT_EQ(line->text, "one");
    EXPECT_EQ(line->level, 3);
    EXPECT_EQ(line->time_us, 99);
    EXPECT_EQ(source->next()->text, "two");
    EXPECT_EQ(source->next()->text, "three!");
    EXPECT_EQ(source->next(), nullptr);
}

}  // namespace
}  // namespace inquest
