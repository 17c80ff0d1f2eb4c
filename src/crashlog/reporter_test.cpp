#include "crashlog/reporter.h"

#include <gtest/gtest.h>

namespace inquest {
namespace {

std::vector<Frame> trace_of(std::initializer_list<const char*> functions) {
    std::vector<Frame> trace;
    for (auto function : functions) trace.emplace_back().symbol = function;
    return trace;
}

TEST(KindOfReporter, TellsWhatWasPrinted) {
    EXPECT_EQ(kind_of_reporter(trace_of({"dump_stack", "__schedule_bug", "__schedule"})),
              Kind::scheduling_while_atomic);
    EXPECT_EQ(kind_of_reporter(trace_of({"dump_stack", "check_bytes_and_report.isra.0", "check_object"})),
              Kind::slab_corruption);
    EXPECT_EQ(kind_of_reporter(trace_of({"dump_stack_lvl", "warn_alloc", "__alloc_pages"})),
              Kind::page_allocation_failure);
}

TEST(KindOfReporter, BelievesTheOutermostReporter) {
    EXPECT_EQ(
        kind_of_reporter(trace_of({"dump_stack", "panic", "__warn", "refcount_warn_saturate", "wombat_put"})),
        Kind::refcount);
}

TEST(KindOfReporter, KnowsNothingOfOrdinaryFunctions) {
    EXPECT_EQ(kind_of_reporter(trace_of({"wombat_read", "vfs_read"})), std::nullopt);
    auto doubtful = trace_of({"__schedule_bug"});
    doubtful[0].reliable = false;
    EXPECT_EQ(kind_of_reporter(doubtful), std::nullopt);
}

TEST(KindOfReporter, DoesNotLookDeepIntoTheTrace) {
    EXPECT_EQ(kind_of_reporter(trace_of({"a", "b", "c", "d", "e", "f", "g", "h", "panic"})), std::nullopt);
}

}  // namespace
}  // namespace inquest
