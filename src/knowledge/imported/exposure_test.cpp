#include "knowledge/imported/exposure.h"

#include <gtest/gtest.h>

#include "knowledge/imported/imported_test.h"

namespace inquest {
namespace {

using namespace imported_test;

class ImportedExposureTest : public testing::Test {
  protected:
    ImportedExposure of(const std::string& release, const std::vector<std::string>& modules,
                        std::size_t limit = 20) {
        return imported_exposure({Catalogue::read(bytes_).value()}, {.release = release}, modules, limit);
    }
    std::string bytes_ = compiled(some_issues());
};

TEST_F(ImportedExposureTest, CountsAllAndListsTheNearest) {
    auto exposure = of("5.10.20", {"d11", "main"}, 3);
    EXPECT_EQ(exposure.affected, 41u);
    EXPECT_EQ(exposure.with_crash, 41u);
    ASSERT_EQ(exposure.nearest.size(), 3u);
    EXPECT_EQ(of("5.10.20", {"d11"}).nearest.at(0).issue.id, "CVE-2022-10011");
    EXPECT_EQ(of("5.10.20", {"d11"}).nearest.at(0).relevance, "module d11 is loaded");
    EXPECT_EQ(of("5.10.20", {}).nearest.at(0).issue.id, "CVE-2021-47011") << "core before drivers";
    EXPECT_EQ(of("5.10.20", {"drainmod"}).nearest.at(0).answer.fixed_in, "5.10.37");
}

TEST_F(ImportedExposureTest, AFixedKernelIsExposedToTheRestAlone) {
    EXPECT_EQ(of("5.10.40", {}).affected, 40u);
    EXPECT_EQ(of("6.1", {}).affected, 0u);
    EXPECT_EQ(of("6.1", {}).safe, 41u);
    EXPECT_TRUE(of("6.1", {"d11"}).nearest.empty());
}

TEST_F(ImportedExposureTest, AVendorsKernelIsUnknownAndOnlyLoadedModulesAreListed) {
    auto exposure = of("5.10.0-60.18.0.50.oe2203.x86_64", {"d11", "d12"});
    EXPECT_EQ(exposure.affected, 0u);
    EXPECT_EQ(exposure.unknown, 41u);
    ASSERT_EQ(exposure.nearest.size(), 2u);
    EXPECT_EQ(exposure.nearest[0].issue.id, "CVE-2022-10012");
    EXPECT_EQ(exposure.nearest[0].answer.status, IssueStatus::unknown);
}

TEST_F(ImportedExposureTest, WhatAConfigurationDoesNotBuildIsLeftOutAndCounted) {
    ImportedIssue driver = drain_issue(), both = drain_issue(), header = drain_issue();
    driver.id = "CVE-2022-1";
    driver.files = {"net/bluetooth/hci_core.c"};
    both.id = "CVE-2022-2";
    both.files = {"net/bluetooth/hci_core.c", "mm/page_alloc.c"};
    header.id = "CVE-2022-3";
    header.files = {"net/bluetooth/hci_core.c", "include/net/bluetooth/hci_core.h"};
    bytes_ = compiled({driver, both, header});
    auto with = [&](std::string_view text) {
        auto config = KernelConfig::parse(text).value();
        return imported_exposure({Catalogue::read(bytes_).value()}, {.release = "5.10.20"}, {}, 20, &config);
    };
    auto exposure = with("# CONFIG_BT is not set\n");
    EXPECT_EQ(exposure.not_built, 1u);
    EXPECT_EQ(exposure.affected, 2u);
    EXPECT_EQ(exposure.nearest.size(), 2u);
    EXPECT_EQ(with("CONFIG_BT=m\n").not_built, 0u);
    EXPECT_EQ(with("CONFIG_BT=m\n").affected, 3u);
}

}  // namespace
}  // namespace inquest
