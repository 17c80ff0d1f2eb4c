#include <gtest/gtest.h>
#include <random>
#include <set>

#include "knowledge/test_vectors.h"
#include "knowledge/version.h"

namespace inquest {
namespace {

using Compare = std::strong_ordering (*)(std::string_view, std::string_view);

int sign(std::strong_ordering order) { return order < 0 ? -1 : order > 0 ? 1 : 0; }

void expect_vectors_hold(const std::string& file, Compare compare, std::size_t at_least) {
    auto rows = read_vectors(file);
    EXPECT_GE(rows.size(), at_least);
    for (const auto& row : rows) {
        EXPECT_EQ(sign(compare(row[0], row[1])), std::stoi(row[2])) << row[0] << " against " << row[1];
        EXPECT_EQ(sign(compare(row[1], row[0])), -std::stoi(row[2])) << row[1] << " against " << row[0];
    }
}

// What sorting needs: a <= b and b <= c give a <= c, and each is equal to itself.
void expect_total_order(std::vector<std::string> versions, Compare compare) {
    std::mt19937 random(1);
    std::uniform_int_distribution<std::size_t> pick(0, versions.size() - 1);
    for (int round = 0; round < 30000; ++round) {
        const auto &a = versions[pick(random)], &b = versions[pick(random)], &c = versions[pick(random)];
        ASSERT_EQ(sign(compare(a, a)), 0) << a;
        ASSERT_EQ(sign(compare(a, b)), -sign(compare(b, a))) << a << ' ' << b;
        if (compare(a, b) <= 0 && compare(b, c) <= 0) {
            ASSERT_LE(sign(compare(a, c)), 0) << a << ' ' << b << ' ' << c;
        }
    }
}

std::vector<std::string> all_versions() {
    std::set<std::string> versions = {"",    "-", "~", "^",  "1~",  "1^",      "1^~",
                                      "1:2", ":", "a", "1a", "1.a", "6.1-rc3", "-rc"};
    for (const auto* file : {"rpm_evr_compare.tsv", "dpkg_compare.tsv"}) {
        for (const auto& row : read_vectors(file)) versions.insert(row.begin(), row.begin() + 2);
    }
    for (const auto& row : read_vectors("upstream_affected.tsv")) versions.insert(row[1]);
    return {versions.begin(), versions.end()};
}

TEST(CompareRpm, AgreesWithRpmOnEveryVector) { expect_vectors_hold("rpm_evr_compare.tsv", compare_rpm, 345); }
TEST(CompareDpkg, AgreesWithDpkgOnEveryVector) { expect_vectors_hold("dpkg_compare.tsv", compare_dpkg, 435); }

TEST(CompareRpm, IsATotalOrder) { expect_total_order(all_versions(), compare_rpm); }
TEST(CompareDpkg, IsATotalOrder) { expect_total_order(all_versions(), compare_dpkg); }
TEST(CompareUpstream, IsATotalOrder) { expect_total_order(all_versions(), compare_upstream); }

TEST(CompareRpm, CountsTheEpochFirst) {
    EXPECT_LT(sign(compare_rpm("9.9-9", "1:1.0-1")), 0);
    EXPECT_EQ(sign(compare_rpm("0:1.0-1", "1.0-1")), 0);
}

TEST(CompareUpstream, PutsCandidatesBeforeTheRelease) {
    EXPECT_LT(sign(compare_upstream("6.8-rc4", "6.8")), 0);
    EXPECT_LT(sign(compare_upstream("6.8-rc4", "6.8-rc10")), 0);
    EXPECT_GT(sign(compare_upstream("6.8-rc1", "6.7.99")), 0);
}

TEST(CompareUpstream, TakesMissingPartsAsZero) {
    EXPECT_EQ(sign(compare_upstream("5.4", "5.4.0")), 0);
    EXPECT_LT(sign(compare_upstream("2.6.32", "2.6.32.61")), 0);
    EXPECT_LT(sign(compare_upstream("5.4.9", "5.4.10")), 0);
}

TEST(CompareUpstream, KeepsNumbersBeyondAllBoundsInOrder) {
    EXPECT_LT(sign(compare_upstream("6.1", "99999999999999999999999.1")), 0);
    EXPECT_EQ(sign(compare_upstream("99999999999999999999999.1", "99999999999999999999998.1")), 0);
}

}  // namespace
}  // namespace inquest
