#include "knowledge/imported/rank.h"

#include <gtest/gtest.h>

#include "knowledge/imported/imported_test.h"

namespace inquest {
namespace {

using namespace imported_test;

class Rank : public testing::Test {
  protected:
    std::vector<RankedCrash> ranked(const CrashShape& event) {
        auto found = rank(catalogue_, event);
        rate(found);
        return found;
    }
    std::string first(const CrashShape& event) {
        auto found = ranked(event);
        return found.empty() ? "" : std::string(catalogue_.id(found[0].issue));
    }

    std::string bytes_ = compiled(some_issues());
    Catalogue catalogue_ = Catalogue::read(bytes_).value();
    CrashShape crash_ = drain_issue().crashes[0];
};

TEST_F(Rank, TheQuotedCrashComesFirstAndIsSure) {
    auto found = ranked(crash_);
    ASSERT_FALSE(found.empty());
    EXPECT_EQ(catalogue_.id(found[0].issue), "CVE-2021-47011");
    EXPECT_GE(found[0].confidence, kConfident);
    EXPECT_EQ(found[0].functions.size(), 3u) << "vfs_read and do_syscall_64 weigh nothing";
}

TEST_F(Rank, CommonFunctionsIdentifyNothing) {
    EXPECT_TRUE(ranked(shape(Kind::warning, "vfs_read", {"vfs_read", "do_syscall_64"})).empty());
    EXPECT_EQ(weight_of(catalogue_, catalogue_.function("vfs_read").value()), 0);
    EXPECT_EQ(weight_of(catalogue_, catalogue_.function("drain_stock").value()), 1);
}

TEST(RankSmall, WhatIsCommonTheProgramsOwnCatalogueTells) {
    auto bytes = compiled({drain_issue()});
    auto catalogue = Catalogue::read(bytes).value();
    EXPECT_EQ(weight_of(catalogue, catalogue.function("do_syscall_64").value()), 0);
    EXPECT_EQ(weight_of(catalogue, catalogue.function("drain_stock").value()), 1);
    auto other = shape(Kind::null_pointer_dereference, "other", {"other", "do_syscall_64"});
    EXPECT_TRUE(rank(catalogue, other).empty());
}

TEST_F(Rank, UnknownFunctionsGiveNoCandidate) {
    EXPECT_TRUE(ranked(shape(Kind::warning, "mine", {"mine", "mine_too", "vfs_read"})).empty());
}

TEST_F(Rank, AnotherOrderCountsLess) {
    auto turned = crash_;
    std::swap(turned.functions[0], turned.functions[2]);
    ASSERT_FALSE(ranked(turned).empty());
    EXPECT_LT(ranked(turned)[0].matched, ranked(crash_)[0].matched);
    EXPECT_LT(ranked(turned)[0].confidence, kConfident);
}

TEST_F(Rank, AKindThatTheBugCannotShowIsNoCandidate) {
    auto stalled = crash_;
    stalled.kind = Kind::soft_lockup;
    EXPECT_TRUE(ranked(stalled).empty());
    auto caught = crash_;
    caught.kind = Kind::kasan;
    EXPECT_EQ(first(caught), "CVE-2021-47011") << "a sanitizer sees the same bug as another kind";
}

TEST_F(Rank, OneOrTwoFunctionsAreNeverSure) {
    auto one = ranked(shape(crash_.kind, "drain_stock", {"drain_stock", "vfs_read"}));
    ASSERT_FALSE(one.empty());
    EXPECT_LT(one[0].confidence, kConfident);
    auto two = ranked(shape(crash_.kind, "drain_stock", {"drain_stock", "refill_stock", "vfs_read"}));
    EXPECT_LT(two.at(0).confidence, kConfident);
}

TEST_F(Rank, TwoIssuesWithOneCrashAreBothUnsure) {
    auto issues = some_issues();
    issues.push_back(drain_issue());
    issues.back().id = "CVE-2021-47012";
    auto bytes = compiled(issues);
    auto both = Catalogue::read(bytes).value();
    auto found = rank(both, crash_);
    rate(found);
    ASSERT_GE(found.size(), 2u);
    EXPECT_LT(found[0].confidence, ranked(crash_)[0].confidence);
    EXPECT_EQ(found[0].confidence, found[1].confidence);
}

TEST_F(Rank, WhoeverWaitsForSomebodyElseIsNotTheIssue) {
    auto issues = some_issues();
    issues[0].crashes[0].kind = Kind::hung_task;
    auto event = issues[0].crashes[0];
    auto home = compiled(issues);
    issues[0].files = {"drivers/scsi/elsewhere.c"};
    auto elsewhere = compiled(issues);
    auto confidence = [&](const std::string& bytes) {
        auto found = rank(Catalogue::read(bytes).value(), event);
        rate(found);
        return found.at(0).confidence;
    };
    EXPECT_LT(confidence(home), kConfident);
    EXPECT_LT(confidence(elsewhere), confidence(home));
}

TEST(CrashShape, TakesDoubtfulFramesOnlyWhereThereAreNoOthers) {
    CrashEvent event;
    event.ip.symbol = "f.isra.0";
    for (const char* name : {"g", "g", "h.cold"}) {
        Frame frame;
        frame.symbol = name;
        frame.reliable = *name != 'h';
        event.trace.push_back(frame);
    }
    EXPECT_EQ(shape_of(EventView(event)).functions, (std::vector<std::string>{"f", "g"}));
    for (Frame& frame : event.trace) frame.reliable = false;
    EXPECT_EQ(shape_of(EventView(event)).functions, (std::vector<std::string>{"f", "g", "h"}));
}

TEST(CrashShape, KindsOfOneFamilyAreRelated) {
    EXPECT_EQ(fit_of(Kind::kasan, Kind::kasan), KindFit::same);
    EXPECT_EQ(fit_of(Kind::kasan, Kind::general_protection_fault), KindFit::related);
    EXPECT_EQ(fit_of(Kind::ubsan, Kind::bad_page_fault), KindFit::related);
    EXPECT_EQ(fit_of(Kind::warning, Kind::null_pointer_dereference), KindFit::foreign);
    EXPECT_EQ(fit_of(Kind::panic, Kind::lockdep), KindFit::related);
}

}  // namespace
}  // namespace inquest
