#include "knowledge/imported/collection.h"

#include <gtest/gtest.h>

#include "knowledge/imported/describe.h"
#include "knowledge/imported/imported_test.h"
#include "knowledge/imported/subject.h"
#include "knowledge/version.h"

namespace inquest {
namespace {

using namespace imported_test;

constexpr std::string_view kSubject = "mm: drain stock before the memcg goes away";

Collection with_facts(std::vector<ChangelogFact> facts) {
    Collection all{{{"Test", "today", "Notice"}}, some_issues(), {}, {}};
    all.issues.front().subject = subject_key(kSubject);
    append(all, {{{"vendor", "", "terms"}}, {}, std::move(facts), {}});
    return all;
}

VendorFix fix(std::string product, std::string fixed, bool own_line = false) {
    return {
        .product = std::move(product), .fixed = std::move(fixed), .evidence = "X-1", .own_line = own_line};
}

// Of CVE-2021-47011, which came with 5.11 and, on the 5.10 branch, with 5.10.11.
AffectedAnswer ask(Collection all, std::string_view release) {
    join_facts(all, {});
    auto bytes = compile(std::move(all)).value();
    std::vector<Catalogue> catalogues{Catalogue::read(bytes).value()};
    auto issue = describe(catalogues, entry_of(catalogues, "CVE-2021-47011").value());
    return is_affected(identify_kernel(release, ""), issue.affected);
}

TEST(Collection, AVendorsWordDecidesForItsKernels) {
    auto facts = [] { return with_facts({{{"CVE-2021-47011"}, 0, fix("rhel9", "5.14.0-100.5.1.el9_1")}}); };
    EXPECT_EQ(ask(facts(), "5.14.0-100.4.1.el9_1.x86_64").status, IssueStatus::affected);
    EXPECT_EQ(ask(facts(), "5.14.0-100.5.1.el9_1.x86_64").status, IssueStatus::fixed);
    EXPECT_EQ(ask(facts(), "5.14.0-70.1.1.el9_0.x86_64").status, IssueStatus::affected)
        << "the code that it is built on has the bug, and its own stream no fix";
    EXPECT_EQ(ask(facts(), "4.18.0-553.el8_10.x86_64").status, IssueStatus::unknown);
}

TEST(Collection, ABugThatABackportBroughtIsKnownInTheFixsOwnStreamAlone) {
    auto facts = [] { return with_facts({{{"CVE-2021-47011"}, 0, fix("rhel8", "4.18.0-348.5.1.el8_5")}}); };
    EXPECT_EQ(ask(facts(), "4.18.0-348.el8.x86_64").status, IssueStatus::affected);
    auto older = ask(facts(), "4.18.0-305.el8.x86_64");
    EXPECT_EQ(older.status, IssueStatus::unknown) << older.reason;
    EXPECT_EQ(older.fixed_in, "4.18.0-348.5.1.el8_5");
    EXPECT_EQ(ask(facts(), "4.18.0-425.el8.x86_64").status, IssueStatus::fixed);
}

TEST(Collection, AChangelogTellsOfFixesAndNotOfBugs) {
    auto of = [](const char* fixed) {
        return with_facts({{{}, subject_key(kSubject), fix("openeuler-20.03", fixed, true)}});
    };
    EXPECT_EQ(ask(of("4.19.90-2206.1.0.0153"), "4.19.90-2206.1.0.0153.oe1.x86_64").status,
              IssueStatus::fixed);
    EXPECT_EQ(ask(of("4.19.90-2206.1.0.0153"), "4.19.90-2112.8.0.0131.oe1.x86_64").status,
              IssueStatus::unknown)
        << "4.19.90 is older than the bug: some version took it over";
    auto rhel = [] {
        return with_facts({{{}, subject_key(kSubject), fix("rhel9", "5.14.0-284.30.1.el9_2", true)}});
    };
    EXPECT_EQ(ask(rhel(), "5.14.0-284.11.1.el9_2.x86_64").status, IssueStatus::affected);
    EXPECT_EQ(ask(rhel(), "5.14.0-162.6.1.el9_1.x86_64").status, IssueStatus::unknown)
        << "another stream has a changelog of its own";
}

TEST(Collection, DebianIsToldByUpstreamWhereItsChangelogHasNoFix) {
    auto facts = [] { return with_facts({{{"CVE-2021-47011"}, 0, fix("debian", "5.10.38-1", true)}}); };
    auto status = [&](const char* banner) {
        auto all = facts();
        join_facts(all, {});
        auto bytes = compile(std::move(all)).value();
        std::vector<Catalogue> catalogues{Catalogue::read(bytes).value()};
        auto issue = describe(catalogues, entry_of(catalogues, "CVE-2021-47011").value());
        return is_affected(identify_kernel("5.10.0-7-amd64", banner), issue.affected);
    };
    EXPECT_EQ(status("#1 SMP Debian 5.10.38-1 (2021-05-20)").status, IssueStatus::fixed);
    EXPECT_EQ(status("#1 SMP Debian 5.10.28-1 (2021-04-09)").status, IssueStatus::affected);
    EXPECT_EQ(status("#1 SMP Debian 5.10.28-1 (2021-04-09)").fixed_in, "5.10.38-1");
    EXPECT_EQ(status("#1 SMP Debian 5.10.4-1 (2020-12-31)").status, IssueStatus::not_affected);
}

TEST(Collection, OfTheFixesInOneLineTheLastCounts) {
    auto all = with_facts({{{"CVE-2021-47011"}, 0, fix("rhel9", "5.14.0-100.5.1.el9_1")},
                           {{"CVE-2021-47011"}, 0, fix("rhel9", "5.14.0-100.9.1.el9_1")},
                           {{"CVE-2021-47011"}, 0, fix("rhel9", "5.14.0-100.7.1.el9_1")},
                           {{"CVE-2021-47011"}, 0, fix("rhel9", "5.14.0-200.1.1.el9_2")}});
    join_facts(all, {});
    unite(all);
    const auto& vendor = all.issues.front().vendor;
    ASSERT_EQ(vendor.size(), 2u);
    EXPECT_EQ(vendor[0].fixed, "5.14.0-100.9.1.el9_1");
    EXPECT_EQ(vendor[1].fixed, "5.14.0-200.1.1.el9_2");
}

TEST(Collection, ASubjectThatTwoIssuesShareIsNobodys) {
    auto all = with_facts({{{}, subject_key(kSubject), fix("rhel9", "5.14.0-100.5.1.el9_1")}});
    all.issues[1].subject = subject_key(kSubject);
    EXPECT_EQ(join_facts(all, {}).by_subject, 0u);
    unite(all);
    EXPECT_TRUE(all.issues.front().vendor.empty());
}

TEST(Collection, JoinsWithIssuesThatAreKnownElsewhereAndAddsToThem) {
    auto base = some_issues();
    base.front().subject = subject_key(kSubject);
    auto base_bytes = compiled(base);
    Collection facts{{{"vendor", "", "terms"}},
                     {},
                     {{{}, subject_key(kSubject), fix("rhel9", "5.14.0-100.5.1.el9_1")},
                      {{"CVE-2019-14821"}, 0, fix("rhel9", "5.14.0-1.el9")}},
                     {}};
    auto known = Catalogue::read(base_bytes).value();
    auto joined = join_facts(facts, {known});
    EXPECT_EQ(joined.by_subject, 1u);
    EXPECT_EQ(joined.by_cve, 1u);
    auto more_bytes = compile(facts).value();
    std::vector<Catalogue> catalogues{known, Catalogue::read(more_bytes).value()};
    auto entry = entry_of(catalogues, "CVE-2021-47011").value();
    EXPECT_EQ(entry.catalogue, &catalogues[0]) << "a supplement does not stand for the issue";
    auto issue = describe(catalogues, entry);
    EXPECT_EQ(issue.affected.size(), 4u);
    EXPECT_EQ(issue.affected.back().evidence, "X-1");
    EXPECT_NE(issue.licence.find("terms"), std::string::npos);
    EXPECT_NE(issue.licence.find("Notice"), std::string::npos);
    EXPECT_TRUE(describe(catalogues, entry_of(catalogues, "CVE-2019-14821").value()).signature.empty());
}

TEST(Collection, AnIssueKnownByItsCommitJoinsTheOneThatHasTheCommit) {
    Collection all{{{"Test", "", ""}}, some_issues(), {}, {}};
    append(all, {{{"git", "", ""}},
                 {{.id = "linux-" + kMainline.substr(0, 12),
                   .fixes = {{"0", "5.13", kCommit}},
                   .crashes = {shape(Kind::kasan, "f", {"f", "g", "h"})}},
                  {.id = "linux-0123456789ab", .fixes = {{"0", "5.13", std::string(40, 'a')}}}},
                 {},
                 {}});
    unite(all);
    EXPECT_EQ(all.issues.size(), 42u);
    EXPECT_EQ(all.issues.front().id, "CVE-2021-47011");
    EXPECT_EQ(all.issues.front().fixes.size(), 3u) << "the ranges of who knows the branches stay";
    EXPECT_EQ(all.issues.front().crashes.front().kind, Kind::kasan);
}

TEST(Collection, WhatIsReadBackCompilesToTheSameBytes) {
    auto all = with_facts({{{"CVE-2021-47011"}, 0, fix("rhel9", "5.14.0-100.5.1.el9_1", true)}});
    all.issues.front().title = "a title";
    all.issues.front().advice = "advice";
    all.issues.front().link = "https://example.org/1";
    all.written.push_back({"a.yaml", "bytes", false});
    join_facts(all, {});
    auto bytes = compile(all).value();
    EXPECT_EQ(compile(contents_of(Catalogue::read(bytes).value())).value(), bytes);
}

}  // namespace
}  // namespace inquest
