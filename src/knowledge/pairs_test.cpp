#include <gtest/gtest.h>
#include <map>

#include "knowledge/test_vectors.h"
#include "knowledge/version.h"

namespace inquest {
namespace {

const std::vector<FixPair> kFix = {{"4.10", "5.4.96"}, {"4.10", "5.10.15"}, {"4.10", "5.11"}};

TEST(Pairs, AgreeWithTheRecordsOnEveryVector) {
    std::map<std::string, std::vector<FixPair>> pairs;
    for (const auto& row : read_vectors("upstream_pairs.tsv")) {
        for (auto word : split_words(row[1])) {
            auto colon = word.find(':');
            pairs[row[0]].push_back(
                {std::string(word.substr(0, colon)), std::string(word.substr(colon + 1))});
        }
    }
    auto rows = read_vectors("upstream_affected.tsv");
    EXPECT_GE(rows.size(), 900U);
    for (const auto& row : rows) {
        EXPECT_EQ(affected_by_pairs(row[1], pairs[row[0]]), row[2] == "1") << row[0] << ' ' << row[1];
    }
}

TEST(Pairs, OfTheOwnBranchDecide) {
    EXPECT_EQ(affected_by_pairs("5.10.14", kFix), true);
    EXPECT_EQ(affected_by_pairs("5.10.15", kFix), false);
    EXPECT_EQ(affected_by_pairs("5.4.96", kFix), false);
}

TEST(Pairs, OfMainlineDecideForABranchWithoutAFix) {
    EXPECT_EQ(affected_by_pairs("5.9.16", kFix), true);
    EXPECT_EQ(affected_by_pairs("5.12.1", kFix), false);
    EXPECT_EQ(affected_by_pairs("4.9.300", kFix), false);
}

TEST(Pairs, TakeTheLastOfSeveralFixesOnABranch) {
    EXPECT_EQ(affected_by_pairs("5.10.20", {{"5.9", "5.10.15"}, {"5.9", "5.10.22"}, {"5.9", "5.11"}}), true);
}

TEST(Pairs, LeaveACandidateOfTheFixedReleaseOpen) {
    EXPECT_EQ(affected_by_pairs("5.11-rc3", kFix), std::nullopt);
    EXPECT_EQ(affected_by_pairs("5.10-rc3", kFix), true);
    EXPECT_EQ(affected_by_pairs("5.12-rc1", kFix), false);
    EXPECT_EQ(affected_by_pairs("4.10-rc8", kFix), std::nullopt);
}

TEST(Pairs, OfOtherStableBranchesAloneSayNothing) {
    EXPECT_EQ(affected_by_pairs("5.15.2", {{"0", "5.10.15"}}), std::nullopt);
    EXPECT_EQ(affected_by_pairs("5.15.2", {}), std::nullopt);
    EXPECT_EQ(affected_by_pairs("none", kFix), std::nullopt);
}

}  // namespace
}  // namespace inquest
