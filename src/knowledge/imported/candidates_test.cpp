#include "knowledge/imported/candidates.h"

#include <fstream>
#include <gtest/gtest.h>

#include "knowledge/imported/describe.h"
#include "knowledge/imported/imported_test.h"
#include "knowledge/knowledge.h"

namespace inquest {
namespace {

using namespace imported_test;

CrashEvent drain_event() {
    CrashEvent event;
    event.kind = Kind::null_pointer_dereference;
    event.headline = "BUG: kernel NULL pointer dereference, address: 0000000000000008";
    event.guilty.function = "drain_stock";
    event.ip.symbol = "drain_stock";
    for (const char* name : {"refill_stock", "uncharge_page", "vfs_read", "do_syscall_64"}) {
        Frame frame;
        frame.symbol = name;
        event.trace.push_back(frame);
    }
    event.lines = {3, 20};
    return event;
}

Knowledge imported() {
    auto path = testing::TempDir() + "candidates_test.catalogue";
    std::ofstream(path, std::ios::binary) << compiled(some_issues());
    Knowledge knowledge;
    EXPECT_TRUE(knowledge.add_catalogue(path));
    return knowledge;
}

IssueMatch match_on(const std::string& release) {
    Kernel kernel;
    kernel.release = release;
    auto matches = imported().match(drain_event(), kernel);
    return matches.empty() ? IssueMatch{} : matches[0];
}

TEST(ImportedCandidates, TellTheFixOfTheKernelsOwnBranch) {
    auto match = match_on("5.10.20");
    EXPECT_EQ(match.id, "CVE-2021-47011");
    EXPECT_EQ(match.status, IssueStatus::affected);
    EXPECT_GE(match.confidence, kConfident);
    ASSERT_EQ(match.remedies.size(), 1u);
    EXPECT_NE(match.remedies[0].action.find("5.10.37"), std::string::npos);
    EXPECT_NE(match.remedies[0].action.find("31df8bc4d3fe"), std::string::npos);
}

TEST(ImportedCandidates, ABranchWithoutFixIsSentToMainline) {
    auto match = match_on("5.12.3");
    EXPECT_EQ(match.status, IssueStatus::affected);
    EXPECT_NE(match.remedies.at(0).action.find("No release of this kernel's branch"), std::string::npos);
    EXPECT_NE(match.remedies.at(0).action.find("5.13"), std::string::npos);
}

TEST(ImportedCandidates, AVendorsKernelIsNotJudgedByItsUpstreamNumber) {
    auto match = match_on("5.10.0-60.18.0.50.oe2203.x86_64");
    EXPECT_EQ(match.status, IssueStatus::unknown);
    EXPECT_NE(match.remedies.at(0).action.find("changelog"), std::string::npos);
}

TEST(ImportedCandidates, AKernelWithTheFixIsDoubtedAndGetsNoRemedy) {
    auto match = match_on("5.10.40");
    EXPECT_EQ(match.status, IssueStatus::fixed);
    EXPECT_LT(match.confidence, kConfident);
    EXPECT_TRUE(match.remedies.empty());
}

TEST(ImportedCandidates, AKernelThatNeverHadItIsNotMentioned) { EXPECT_EQ(match_on("5.4.1").id, ""); }

TEST(ImportedCandidates, EachReasonTellsHowRareItIs) {
    auto match = match_on("5.10.20");
    ASSERT_EQ(match.matched.size(), 4u);
    EXPECT_EQ(match.matched[1].condition, "frame drain_stock");
    EXPECT_EQ(match.matched[2].condition, "then refill_stock");
    auto all = std::to_string(41 + Catalogue::built_in().crashes());
    EXPECT_NE(match.matched[1].evidence.find("in 1 of " + all + " quoted crashes"), std::string::npos);
}

constexpr std::string_view kYaml = R"(
id: drain-stock
title: Draining a stock that is gone
area: mm
severity: fatal
confidence: CONFIDENCE
signature:
  require:
    - function: drain_stock
affected:
  - product: any
    evidence: a test
cause: A test.
remedies:
  - type: report
    action: Report it.
    risk: none
provenance: a test
licence: GPL-3.0-or-later
)";

std::vector<IssueMatch> with_written(const std::string& confidence, const std::string& more = "") {
    Knowledge knowledge = imported();
    std::string yaml(kYaml);
    yaml.replace(yaml.find("CONFIDENCE"), 10, confidence);
    EXPECT_TRUE(knowledge.add_yaml(yaml + more, "drain-stock.yaml"));
    Kernel kernel;
    kernel.release = "5.10.20";
    return knowledge.match(drain_event(), kernel);
}

TEST(ImportedCandidates, ASureHandWrittenIssueLeavesNoRoom) {
    auto matches = with_written("0.9");
    ASSERT_EQ(matches.size(), 1u);
    EXPECT_EQ(matches[0].id, "drain-stock");
}

TEST(ImportedCandidates, AnUnsureHandWrittenIssueStillComesFirst) {
    auto matches = with_written("0.6");
    ASSERT_EQ(matches.size(), 2u);
    EXPECT_EQ(matches[0].id, "drain-stock");
    EXPECT_LE(matches[1].confidence, matches[0].confidence);
}

TEST(ImportedCandidates, AHandWrittenIssueOfTheSameFixReplacesIt) {
    auto matches =
        with_written("0.6", "upstream:\n  - commit: " + kMainline.substr(0, 12) + "\n    title: x\n");
    ASSERT_EQ(matches.size(), 1u);
    EXPECT_EQ(matches[0].id, "drain-stock");
}

TEST(ImportedIssues, AreFoundByIdFileModuleAndFunction) {
    Knowledge knowledge = imported();
    EXPECT_EQ(knowledge.find_imported("CVE-2021-47011").value().affected.size(), 3u);
    EXPECT_FALSE(knowledge.find_imported("CVE-2021-47012"));
    EXPECT_EQ(knowledge.search_imported("drain.h REFILL_STOCK", 10).second, 1u);
    EXPECT_EQ(knowledge.search_imported("drainmod", 10).first.at(0).id, "CVE-2021-47011");
    auto [some, all] = knowledge.search_imported("cve-2022", 5);
    EXPECT_EQ(some.size(), 5u);
    EXPECT_EQ(all, 40u);
}

}  // namespace
}  // namespace inquest
