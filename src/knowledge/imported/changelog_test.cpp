#include "knowledge/imported/changelog.h"

#include <algorithm>
#include <gtest/gtest.h>

#include "knowledge/imported/imported_test.h"
#include "knowledge/imported/subject.h"

namespace inquest {
namespace {

using imported_test::import_text;

std::vector<CrashEvent> none(std::string_view) { return {}; }

const ChangelogFact* fact_of(const ImportResult& result, std::string_view subject) {
    auto key = subject_key(subject);
    for (const ChangelogFact& fact : result.facts)
        if (fact.subject == key) return &fact;
    return nullptr;
}

TEST(Subject, IsTheSameInEveryTree) {
    auto key = subject_key("mm: drain stock before the memcg goes away");
    EXPECT_NE(key, 0u);
    for (const char* same : {"[x86] mm: drain stock before the memcg goes away",
                             "!1234  mm: drain stock  before the memcg goes away.",
                             "[mm] UPSTREAM: mm: Drain stock before the memcg goes away"})
        EXPECT_EQ(subject_key(same), key) << same;
    EXPECT_NE(subject_key("mm: drain stock before the memcg goes by"), key);
    EXPECT_EQ(subject_key("Fix build"), 0u) << "anybody's";
    EXPECT_EQ(subject_key("!!!! [ ["), 0u);
}

TEST(Changelog, FindsCves) {
    EXPECT_EQ(cves_in("x (CVE-2024-50125, CVE-2024-50126) CVE-2024-50125 CVE-1 CVE-"),
              (std::vector<std::string>{"CVE-2024-50125", "CVE-2024-50126"}));
}

TEST(RpmChangelog, ReadsRedHatsForm) {
    auto result =
        import_text("rpm-changelog",
                    "Name: kernel\n- not a change\n%changelog\n"
                    "* Fri Aug 25 2023 A B <a@b.c> [5.14.0-284.30.1.el9_2]\n"
                    "- mm: drain stock before it goes (A B) [2213499 2188323] {CVE-2023-21102}\n"
                    "- net: take care of a second\n  line of one subject (C D) [1]\n\n"
                    "* Mon Feb 13 2023 A B <a@b.c> - %{specversion}\n- a line of no version at all\n"
                    "* Mon Feb 13 2023 A B <a@b.c> [5.14.0-266.el9]\n"
                    "- fs: an older one without a bug number\n",
                    none);
    ASSERT_TRUE(result);
    ASSERT_EQ(result->facts.size(), 3u);
    const auto* drain = fact_of(*result, "mm: drain stock before it goes");
    ASSERT_TRUE(drain);
    EXPECT_EQ(drain->cves, std::vector<std::string>{"CVE-2023-21102"});
    EXPECT_EQ(drain->fix.product, "rhel9");
    EXPECT_EQ(drain->fix.fixed, "5.14.0-284.30.1.el9_2");
    EXPECT_TRUE(drain->fix.own_line);
    EXPECT_TRUE(fact_of(*result, "net: take care of a second line of one subject"));
    EXPECT_EQ(fact_of(*result, "fs: an older one without a bug number")->fix.fixed, "5.14.0-266.el9");
    EXPECT_EQ(result->source.name, "changelog of rhel9 kernels");
    EXPECT_EQ(result->source.snapshot, "up to 5.14.0-284.30.1.el9_2");
}

constexpr std::string_view kUntagged =
    "* Wed Dec 18 2024 A <a@b.c> - 5.10.0-242.0.0.144\n"
    "- Revert \"mm: this one was taken back again\"\n"
    "- mm: this one came back for good\n"
    "* Tue Dec 17 2024 A <a@b.c> - 5.10.0-241.0.0.143\n"
    "- Revert \"mm: this one came back for good\"\n"
    "* Mon Dec 16 2024 A <a@b.c> - 5.10.0-240.0.0.142\n"
    "- mm: this one was taken back again\n"
    "- mm: this one came back for good\n"
    "- Revert \"mm: twice in one version\"\n"
    "- mm: twice in one version\n"
    "- !14156  Bluetooth: Fix CVE-2024-50125\n";

TEST(RpmChangelog, TakesRevertsIntoAccount) {
    auto result = import_text("rpm-changelog", kUntagged, none, "openeuler-22.03=");
    ASSERT_TRUE(result);
    EXPECT_FALSE(fact_of(*result, "mm: this one was taken back again"));
    ASSERT_TRUE(fact_of(*result, "mm: this one came back for good"));
    EXPECT_EQ(fact_of(*result, "mm: this one came back for good")->fix.fixed, "5.10.0-242.0.0.144");
    EXPECT_FALSE(fact_of(*result, "mm: twice in one version"));
    ASSERT_EQ(result->notes.size(), 1u);
    EXPECT_EQ(result->notes[0].what, "were taken back");
    auto cve = std::ranges::find_if(result->facts, [](const auto& fact) { return !fact.cves.empty(); });
    ASSERT_NE(cve, result->facts.end());
    EXPECT_EQ(cve->fix.product, "openeuler-22.03");
}

TEST(RpmChangelog, AsksWhoseItIsWhenVersionsDoNotTell) {
    auto result = import_text("rpm-changelog", kUntagged, none);
    ASSERT_FALSE(result);
    EXPECT_NE(result.error().message().find("PRODUCT=PATH"), std::string::npos);
    EXPECT_FALSE(import_text("rpm-changelog", "", none));
    EXPECT_FALSE(import_text("rpm-changelog", "%changelog\n- x\n* \n* y [z]\n", none));
}

TEST(DebianChangelog, ReadsDebiansForm) {
    auto result =
        import_text("debian-changelog",
                    "linux (6.1.187-1) bookworm-security; urgency=high\n\n"
                    "  * New upstream stable update:\n"
                    "    https://www.kernel.org/pub/linux/kernel/v6.x/ChangeLog-6.1.182\n"
                    "    - Revert \"x86/bugs: Make it robust against\n      interrupt injection\"\n"
                    "    - [x86] x86/bugs: Make it robust against interrupt injection\n"
                    "      (CVE-2026-68480)\n"
                    "    - af_unix: Set a flag to true in unix_gc(). (CVE-2026-53361, CVE-2026-53362)\n\n"
                    "  [ A Person ]\n"
                    "  * [rt] Update to 6.1.187-rt1 (Closes: #1)\n\n"
                    " -- A Person <a@b.c>  Fri, 01 May 2026 00:00:00 +0200\n\n"
                    "linux (6.1.180-1) bookworm; urgency=medium\n\n"
                    "    - x86/bugs: Make it robust against interrupt injection\n",
                    none);
    ASSERT_TRUE(result);
    const auto* bugs = fact_of(*result, "x86/bugs: Make it robust against interrupt injection");
    ASSERT_TRUE(bugs);
    EXPECT_EQ(bugs->fix.fixed, "6.1.180-1") << "what the newer version took back and brought again";
    const auto* unix = fact_of(*result, "af_unix: Set a flag to true in unix_gc().");
    ASSERT_TRUE(unix);
    EXPECT_EQ(unix->cves.size(), 2u);
    EXPECT_EQ(unix->fix.product, "debian");
}

TEST(DebianChangelog, ReadsUbuntusForm) {
    auto result = import_text("debian-changelog",
                              "linux-aws (5.15.0-1050.55) jammy; urgency=medium\n\n"
                              "  * CVE-2023-31084\n"
                              "    - media: dvb-core: Fix a possible deadlock in dvb_frontend\n\n"
                              " -- A <a@b.c>  Fri, 01 May 2026 00:00:00 +0200\n",
                              none);
    ASSERT_TRUE(result);
    const auto* media = fact_of(*result, "media: dvb-core: Fix a possible deadlock in dvb_frontend");
    ASSERT_TRUE(media);
    EXPECT_EQ(media->cves, std::vector<std::string>{"CVE-2023-31084"});
    EXPECT_EQ(media->fix.product, "ubuntu-aws");
}

}  // namespace
}  // namespace inquest
