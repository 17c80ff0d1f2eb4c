#include "crashlog/repeated.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace inquest {
namespace {

std::string lines(double first, double step, const char* text, int count) {
    std::string log;
    for (int i = 0; i < count; ++i)
        log += fmt::format("[{:12.6f}] {}\n", first + step * i, fmt::format(fmt::runtime(text), i));
    return log;
}

TEST(RepeatedMessage, OneThatGoesOnUntilTheCrashIsTold) {
    auto finding = find_repeated_message(lines(100, 1, "foo: queue of the port is full", 30), 130);
    ASSERT_TRUE(finding);
    EXPECT_EQ(finding->statement,
              "The line 'foo: queue of the port is full' 30 times in the 30 s before the crash.");
}

TEST(RepeatedMessage, LinesThatDifferInNumbersAreCalledAlike) {
    auto finding = find_repeated_message(lines(100, 1, "foo: no space in queue {}", 25), 125);
    ASSERT_TRUE(finding);
    EXPECT_EQ(finding->statement.find("Lines like 'foo: no space in queue 24'"), 0u);
}

TEST(RepeatedMessage, ABurstAtBootIsNone) {
    EXPECT_FALSE(find_repeated_message(lines(1, 0.001, "acpiphp: Slot [{}] registered", 30), 27));
    EXPECT_TRUE(find_repeated_message(lines(26, 0.001, "foo: slot [{}] has been lost", 30), 27));
}

}  // namespace
}  // namespace inquest
