#include <gtest/gtest.h>

#include "knowledge/version.h"

namespace inquest {
namespace {

using Ranges = std::vector<AffectedRange>;

AffectedAnswer ask(std::string_view release, const Ranges& ranges, std::string_view banner = "") {
    return is_affected(identify_kernel(release, banner), ranges);
}

void expect(IssueStatus status, std::string_view release, const Ranges& ranges,
            std::string_view banner = "") {
    auto answer = ask(release, ranges, banner);
    EXPECT_EQ(name_of(answer.status), name_of(status)) << release << ": " << answer.reason;
    EXPECT_FALSE(answer.reason.empty()) << release;
}

constexpr auto kAffected = IssueStatus::affected;
constexpr auto kFixed = IssueStatus::fixed;
constexpr auto kNot = IssueStatus::not_affected;
constexpr auto kUnknown = IssueStatus::unknown;

TEST(IsAffected, SaysWhichComparisonWasMade) {
    Ranges ranges = {{.product = "rhel7", .fixed = "3.10.0-1160.88.1.el7"}};
    auto answer = ask("3.10.0-1160.53.1.el7.x86_64", ranges);
    EXPECT_EQ(answer.status, kAffected);
    EXPECT_EQ(answer.reason, "3.10.0-1160.53.1.el7 is older than 3.10.0-1160.88.1.el7, where it was fixed");
    EXPECT_EQ(answer.fixed_in, "3.10.0-1160.88.1.el7");
    EXPECT_EQ(ask("3.10.0-1160.88.1.el7.x86_64", ranges).reason,
              "3.10.0-1160.88.1.el7 is the version in which it was fixed");
}

TEST(IsAffected, PutsTheFixOfTheOwnRhelStreamFirst) {
    Ranges ranges = {{.product = "rhel7", .fixed = "3.10.0-1062.el7"},
                     {.product = "rhel7", .fixed = "3.10.0-957.27.2.el7"}};
    expect(kAffected, "3.10.0-957.21.3.el7.x86_64", ranges);
    expect(kFixed, "3.10.0-957.27.2.el7.x86_64", ranges);
    expect(kFixed, "3.10.0-1062.el7.x86_64", ranges);
    expect(kFixed, "3.10.0-1160.el7.x86_64", ranges);
    auto older = ask("3.10.0-862.14.4.el7.x86_64", ranges);
    EXPECT_EQ(older.status, kAffected);
    EXPECT_EQ(older.fixed_in, "3.10.0-957.27.2.el7");
    EXPECT_EQ(older.reason,
              "3.10.0-862.14.4.el7 is older than 3.10.0-957.27.2.el7, where it was fixed; "
              "no fix is known in the 862 stream itself");
}

TEST(IsAffected, KeepsWhatALastAffectedVersionMeans) {
    Ranges ranges = {{.product = "alinux2", .last_affected = "4.19.91-22.2.al7"}};
    expect(kAffected, "4.19.91-19.1.al7.x86_64", ranges);
    expect(kAffected, "4.19.91-22.fc.1.al7.x86_64", ranges);
    expect(kAffected, "4.19.91-22.2.al7.x86_64", ranges);
    expect(kFixed, "4.19.91-23.al7.x86_64", ranges);
    EXPECT_EQ(ask("4.19.91-19.1.al7.x86_64", ranges).fixed_in, "");
}

TEST(IsAffected, ComparesABoundWithoutTheDistributionsTag) {
    Ranges ranges = {{.product = "alinux2", .last_affected = "4.19.91-22.2"}};
    expect(kAffected, "4.19.91-22.2.al7.x86_64", ranges);
    expect(kFixed, "4.19.91-23.al7.x86_64", ranges);
}

TEST(IsAffected, IsUnknownAboveAVersionAfterWhichAFixCame) {
    Ranges ranges = {{.product = "rhel7", .fixed_after = "3.10.0-1160.6.1.el7"}};
    expect(kAffected, "3.10.0-1160.6.1.el7.x86_64", ranges);
    expect(kAffected, "3.10.0-1127.19.1.el7.x86_64", ranges);
    expect(kUnknown, "3.10.0-1160.80.1.el7.x86_64", ranges);
}

TEST(IsAffected, KnowsVersionsFromBeforeTheBug) {
    Ranges ranges = {{.product = "rhel8", .introduced = "4.18.0-240.el8", .fixed = "4.18.0-305.12.1.el8_4"}};
    expect(kNot, "4.18.0-193.el8.x86_64", ranges);
    expect(kAffected, "4.18.0-240.1.1.el8_3.x86_64", ranges);
    expect(kFixed, "4.18.0-305.12.1.el8_4.x86_64", ranges);
    expect(kFixed, "4.18.0-348.el8.x86_64", ranges);
}

TEST(IsAffected, TakesEachOfSeveralRanges) {
    Ranges ranges = {
        {.product = "rhel8", .fixed = "4.18.0-348.20.1.el8_5"},
        {.product = "rhel8", .introduced = "4.18.0-372.el8", .fixed = "4.18.0-553.140.1.el8_10"}};
    expect(kAffected, "4.18.0-305.3.1.el8.x86_64", ranges);
    expect(kFixed, "4.18.0-348.23.1.el8_5.x86_64", ranges);
    expect(kAffected, "4.18.0-513.5.1.el8_9.x86_64", ranges);
    expect(kFixed, "4.18.0-553.140.1.el8_10.x86_64", ranges);
}

TEST(IsAffected, BelievesThatAProductNeverHadIt) {
    Ranges ranges = {{.product = "rhel9", .never = true}, {.product = "rhel8", .fixed = "4.18.0-1.el8"}};
    expect(kNot, "5.14.0-70.el9.x86_64", ranges);
}

TEST(IsAffected, NeedsTheUploadNumberOnlyAtTheFixedAbi) {
    Ranges ranges = {{.product = "ubuntu", .fixed = "5.4.0-123.139"}};
    expect(kAffected, "5.4.0-122-generic", ranges);
    expect(kAffected, "5.4.0-122-generic", ranges, "#138-Ubuntu SMP");
    expect(kUnknown, "5.4.0-123-generic", ranges);
    expect(kFixed, "5.4.0-123-generic", ranges, "#139-Ubuntu SMP");
    expect(kFixed, "5.4.0-123-generic", ranges, "#139~18.04.1-Ubuntu SMP");
    expect(kFixed, "5.4.0-125-generic", ranges);
}

TEST(IsAffected, KeepsUbuntusBasesAndFlavoursApart) {
    Ranges ranges = {{.product = "ubuntu", .fixed = "5.4.0-123.139"}};
    expect(kUnknown, "5.15.0-25-generic", ranges);
    expect(kUnknown, "4.15.0-213-generic", ranges);
    expect(kUnknown, "5.4.0-1052-azure", ranges);
}

TEST(IsAffected, ComparesDebianByBannerElseByAbi) {
    Ranges ranges = {{.product = "debian", .fixed = "6.1.176-1"}};
    expect(kFixed, "6.1.0-50-amd64", ranges, "#1 SMP Debian 6.1.176-1 (2026-07-02)");
    expect(kAffected, "6.1.0-49-amd64", ranges, "#1 SMP Debian 6.1.174-1 (2026-06-02)");
    expect(kFixed, "6.1.0-50-amd64", ranges);
    expect(kAffected, "6.1.0-49-amd64", ranges);
    expect(kAffected, "6.1.0-11-amd64", ranges);
    expect(kUnknown, "6.1.0-99-amd64", ranges);
    expect(kUnknown, "5.10.0-8-amd64", ranges);
}

TEST(IsAffected, ComparesDebiansNameWithVersion) {
    Ranges ranges = {{.product = "debian", .fixed = "6.12.95-1"}};
    expect(kFixed, "6.12.95+deb12-amd64", ranges);
    expect(kAffected, "6.12.94+deb13-amd64", ranges);
    expect(kUnknown, "6.12.95+deb13-amd64", {{.product = "debian", .fixed = "6.12.95-2"}});
}

TEST(IsAffected, AppliesStableRangesToDebian) {
    Ranges ranges = {{.product = "upstream", .introduced = "4.10", .fixed = "5.10.15"},
                     {.product = "upstream", .introduced = "4.10", .fixed = "5.11"}};
    expect(kAffected, "5.10.0-3-amd64", ranges, "#1 SMP Debian 5.10.13-1 (2021-02-06)");
    expect(kFixed, "5.10.0-4-amd64", ranges, "#1 SMP Debian 5.10.19-1 (2021-03-02)");
    expect(kAffected, "4.19.0-14-amd64", ranges, "#1 SMP Debian 4.19.171-2 (2021-01-30)");
    expect(kUnknown, "4.19.0-14-amd64", ranges);
    EXPECT_EQ(
        ask("5.10.0-4-amd64", ranges, "#1 SMP Debian 5.10.19-1").reason,
        "5.10.19-1 is built from upstream 5.10.19; 5.10.19 is not older than 5.10.15, where it was fixed");
}

TEST(IsAffected, NeverAppliesStableRangesToAVendorsKernel) {
    Ranges ranges = {{.product = "upstream", .introduced = "4.10", .fixed = "5.10.15"},
                     {.product = "upstream", .introduced = "4.10", .fixed = "5.11"}};
    for (auto release : {"4.18.0-553.el8_10.x86_64", "4.19.91-22.2.al7.x86_64", "5.4.0-122-generic",
                         "5.4.241-1-tlinux4-0017.3", "4.19.0-arm64-desktop", "4.12.14-122.26-default",
                         "4.14.355-275.570.amzn2.x86_64"}) {
        expect(kUnknown, release, ranges, "#5312");
    }
    EXPECT_EQ(ask("4.19.91-22.2.al7.x86_64", ranges).reason,
              "nothing is known of alinux2 kernels; upstream fixed it in 5.10.15, 5.11, which the number of "
              "a vendor's "
              "kernel does not show");
}

TEST(IsAffected, AVendorsKernelHasTheFixesOfTheReleaseThatItIsBuiltOn) {
    Ranges ranges = {{.product = "upstream", .introduced = "4.10", .fixed = "5.10.15"},
                     {.product = "upstream", .introduced = "4.10", .fixed = "5.11"}};
    expect(kFixed, "5.14.0-427.el9.x86_64", ranges);
    expect(kFixed, "5.14.0-70.el9.x86_64", ranges);
    EXPECT_EQ(ask("5.14.0-70.el9.x86_64", ranges).reason,
              "upstream fixed it in 5.11, before 5.14.0, which this kernel is built on");
    ranges.push_back({.product = "upstream", .introduced = "4.10", .fixed = "5.15"});
    expect(kUnknown, "5.14.0-70.el9.x86_64", ranges);
}

TEST(IsAffected, JudgesUpstreamByBranch) {
    Ranges ranges = {{.product = "upstream", .introduced = "4.10", .fixed = "5.10.15"},
                     {.product = "upstream", .introduced = "4.10", .fixed = "5.11"}};
    expect(kAffected, "5.10.14", ranges);
    expect(kFixed, "5.10.15", ranges);
    expect(kAffected, "5.9.16", ranges);
    expect(kNot, "4.9.337", ranges);
    expect(kUnknown, "5.11.0-rc3", ranges);
    expect(kFixed, "6.6.52-talos", ranges);
    EXPECT_EQ(ask("5.9.16-talos", ranges).reason,
              "5.9.16 is older than 5.11, where it was fixed (judged by its base alone: what '-talos' adds "
              "is not known)");
}

TEST(IsAffected, IsUnknownForABuildBetweenTheReleasesAroundTheFix) {
    Ranges ranges = {{.product = "upstream", .introduced = "4.10", .fixed = "5.11"}};
    expect(kUnknown, "5.10.0-12994-gf9893351acae", ranges);
    expect(kUnknown, "5.10.0+", ranges);
    expect(kUnknown, "5.10.0-next-20201220", ranges);
    expect(kUnknown, "5.10.0-rc7-next-20201208+", ranges);
    expect(kUnknown, "5.10.0-rc2+", ranges);
    expect(kUnknown, "5.10.0-wl+", ranges);
    expect(kAffected, "5.10.0-rc7", ranges);
    expect(kAffected, "5.9.0-rc7-next-20201208", ranges);
    expect(kAffected, "5.9.0-12994-gf9893351acae", ranges);
    expect(kFixed, "5.11.0-00001-g7ab96df840e6", ranges);
}

TEST(IsAffected, KeepsLastAffectedVersionsOfUpstreamOpenForDevelopersBuilds) {
    Ranges ranges = {{.product = "upstream", .last_affected = "5.10.14"}};
    expect(kAffected, "5.10.14", ranges);
    expect(kFixed, "5.10.15", ranges);
    expect(kUnknown, "5.10.0+", ranges);
}

TEST(IsAffected, TakesSusesCommonPrefixForTheFixedPackage) {
    Ranges ranges = {{.product = "suse", .fixed = "5.14.21-150400.24.18.1"}};
    expect(kFixed, "5.14.21-150400.24.18-default", ranges);
    expect(kFixed, "5.14.21-150400.24.100-default", ranges);
    expect(kAffected, "5.14.21-150400.24.11-default", ranges);
    expect(kUnknown, "5.14.21-150500.55.7-default", ranges);
    expect(kUnknown, "5.14.21-150400.24.11-azure", ranges);
}

TEST(IsAffected, DoesNotReadABranchedServicePackFromALaterOne) {
    Ranges ranges = {{.product = "openeuler-22.03", .fixed = "5.10.0-108.0.0.57"}};
    expect(kUnknown, "5.10.0-60.139.0.166.oe2203.x86_64", ranges);
    expect(kFixed, "5.10.0-136.105.0.186.oe2203sp1.x86_64", ranges);
    Ranges line = {{.product = "openeuler-20.03", .fixed = "4.19.90-2103.1.0.0059"}};
    expect(kAffected, "4.19.90-2012.4.0.0053.oe1.x86_64", line);
    expect(kFixed, "4.19.90-2103.1.0.0059.oe1.x86_64", line);
}

TEST(IsAffected, TakesUosBuildsFromTheBanner) {
    Ranges ranges = {{.product = "uos", .fixed = "4.19.0-5400"}};
    expect(kAffected, "4.19.0-arm64-desktop", ranges, "#5312 SMP PREEMPT");
    expect(kFixed, "4.19.0-arm64-desktop", ranges, "#5400 SMP PREEMPT");
    expect(kUnknown, "4.19.0-arm64-desktop", ranges);
    expect(kUnknown, "5.10.0-amd64-desktop", ranges, "#5312 SMP PREEMPT");
}

TEST(IsAffected, ComparesTencentsBuildsWithinOneLine) {
    Ranges ranges = {{.product = "tencent", .fixed = "5.4.241-1-tlinux4-0018"}};
    expect(kAffected, "5.4.241-1-tlinux4-0017.3", ranges);
    expect(kFixed, "5.4.241-1-tlinux4-0018.1", ranges);
    expect(kUnknown, "5.4.119-1-tlinux4-0017.3", ranges);
}

TEST(IsAffected, IsUnknownWithoutAReleaseOrRanges) {
    expect(kUnknown, "", {{.product = "rhel7", .fixed = "3.10.0-1160.el7"}});
    expect(kUnknown, "3.10.0-957.el7.x86_64", {});
}

TEST(IsAffected, HoldsForEveryKernelWhenTheVersionDoesNotMatter) {
    for (auto release : {"3.10.0-957.el7.x86_64", "5.10.15", ""})
        expect(kAffected, release, {{.product = "any"}});
}

TEST(InWords, TellsARangeToAReader) {
    EXPECT_EQ(in_words({.product = "upstream", .introduced = "4.10", .fixed = "5.11"}),
              "upstream: from 4.10 on, fixed in 5.11");
    EXPECT_EQ(in_words({.product = "alinux2", .last_affected = "4.19.91-22.2.al7"}),
              "alinux2: 4.19.91-22.2.al7 is the last known to have it");
    EXPECT_EQ(in_words({.product = "rhel9", .never = true}), "rhel9: never had it");
    EXPECT_EQ(in_words({.product = "rhel7", .fixed_after = "3.10.0-514.26.2.el7"}),
              "rhel7: fixed in some version after 3.10.0-514.26.2.el7");
}

}  // namespace
}  // namespace inquest
