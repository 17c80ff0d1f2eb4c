#include "report/compare.h"

#include <algorithm>
#include <gtest/gtest.h>

namespace inquest {
namespace {

CrashCase crash(std::string_view name, std::vector<std::string> functions, double uptime) {
    CrashCase one{.name = std::string(name)};
    one.event.title = "BUG in " + functions.front();
    one.event.kind = Kind::bad_page_fault;
    one.event.time = uptime;
    one.event.guilty.function = functions.front();
    one.kernel.release = "5.10.0";
    for (const std::string& function : functions) {
        Frame frame;
        frame.symbol = function;
        one.event.trace.push_back(frame);
    }
    return one;
}

const SharedFactor* factor_in(const Comparison& all, std::string_view name, std::string_view value) {
    auto found = std::ranges::find_if(all.factors, [&](const SharedFactor& factor) {
        return factor.factor == name && factor.value.find(value) != std::string::npos;
    });
    return found == all.factors.end() ? nullptr : &*found;
}

TEST(Compare, CrashesThatShareAFunctionAndTheirUptimeLookAlike) {
    auto all = compare({crash("a", {"module_put", "cdev_put"}, 86389.9), crash("b", {"blk_done"}, 5000),
                        crash("c", {"cdev_put", "__fput"}, 86390.8)});
    const SharedFactor* uptime = factor_in(all, "uptime", "23:59");
    ASSERT_TRUE(uptime);
    EXPECT_EQ(uptime->cases, (std::vector<std::size_t>{0, 2}));
    EXPECT_EQ(uptime->known, 3U);
    EXPECT_NE(uptime->note.find("24 hours"), std::string::npos);
    ASSERT_EQ(all.groups.size(), 1U);
    EXPECT_EQ(all.groups[0].cases, (std::vector<std::size_t>{0, 2}));
    EXPECT_FALSE(factor_in(all, "function in the trace", "__fput")) << "of one crash alone, and everywhere";
}

TEST(Compare, LittleFreeMemoryIsAFactorOfThoseThatTellIt) {
    std::vector<CrashCase> cases{crash("a", {"x"}, 100), crash("b", {"y"}, 2000), crash("c", {"z"}, 9000)};
    for (CrashCase& one : cases) one.host.memory = std::uint64_t{16} << 30;
    cases[0].free_memory = std::uint64_t{112} << 20;
    cases[1].free_memory = std::uint64_t{118} << 20;
    auto all = compare(cases);
    const SharedFactor* free = factor_in(all, "free memory", "118 MiB");
    ASSERT_TRUE(free);
    EXPECT_EQ(free->cases.size(), 2U);
    EXPECT_EQ(free->known, 2U);
    cases[0].free_memory = std::uint64_t{4} << 30;
    EXPECT_FALSE(factor_in(compare(cases), "free memory", ""));
}

TEST(Compare, OneCpuOfFewIsNoFactor) {
    std::vector<CrashCase> cases{crash("a", {"x"}, 100), crash("b", {"y"}, 2000)};
    for (CrashCase& one : cases) one.event.cpu = 1, one.host.cpus = 2;
    EXPECT_FALSE(factor_in(compare(cases), "CPU", "1"));
    for (CrashCase& one : cases) one.host.cpus = 64;
    auto all = compare(cases);
    ASSERT_TRUE(factor_in(all, "CPU", "1"));
    EXPECT_EQ(factor_in(all, "CPU", "1")->note, "by chance 1 in 64");
}

TEST(Compare, EachBootOfAReportIsACrashOfItsOwn) {
    Report report;
    report.input.path = "log";
    for (int boot : {0, 1}) {
        CrashEvent event;
        event.boot = boot;
        event.severity = Severity::warning;
        report.events.push_back(event);
        event.severity = Severity::fatal;
        event.title = "fatal";
        report.events.push_back(event);
    }
    auto cases = crash_cases(report);
    ASSERT_EQ(cases.size(), 2U);
    EXPECT_EQ(cases[0].name, "log#1");
    EXPECT_EQ(cases[1].event.title, "fatal");
}

}  // namespace
}  // namespace inquest
