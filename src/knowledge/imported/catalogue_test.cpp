#include "knowledge/imported/catalogue.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <gtest/gtest.h>

#include "knowledge/imported/describe.h"
#include "knowledge/imported/imported_test.h"
#include "knowledge/imported/rank.h"

namespace inquest {
namespace {

using namespace imported_test;

// With the header changed, and the hash made right again: what a forger would do.
std::string forged(std::string bytes, void (*change)(CatalogueHeader&)) {
    CatalogueHeader header;
    std::memcpy(&header, bytes.data(), sizeof header);
    change(header);
    std::memcpy(bytes.data(), &header, sizeof header);
    header.hash = catalogue_hash(std::string_view(bytes).substr(kHashedFrom));
    std::memcpy(bytes.data(), &header, sizeof header);
    return bytes;
}

// Asks for everything; the sanitizers see to it that nothing outside is read.
void use(const Catalogue& catalogue) {
    auto event = shape(Kind::warning, "probe_11", {"probe_11", "start_11", "vfs_read"});
    auto ranked = rank(catalogue, event);
    rate(ranked);
    for (std::uint32_t issue = 0; issue < std::min(catalogue.issues(), 100U); ++issue) {
        describe({catalogue}, {&catalogue, issue});
        holds_words(catalogue, issue, {"a"});
    }
    EXPECT_LE(catalogue.find("CVE-2022-10011").value_or(0), catalogue.issues());
}

TEST(Catalogue, KeepsEveryFact) {
    auto bytes = compiled(some_issues());
    auto catalogue = Catalogue::read(bytes);
    ASSERT_TRUE(catalogue);
    EXPECT_EQ(catalogue->issues(), 41u);
    ASSERT_EQ(catalogue->sources(), 1u);
    EXPECT_EQ(catalogue->source(0), (CatalogueSource{"Test", "today", "Notice"}));
    auto issue = catalogue->find("CVE-2021-47011");
    ASSERT_TRUE(issue);
    auto fixes = catalogue->fixes(*issue);
    ASSERT_EQ(fixes.size(), 3u);
    EXPECT_EQ(catalogue->introduced(fixes.first), "5.10.11");
    EXPECT_EQ(catalogue->fixed(fixes.first), "5.10.37");
    EXPECT_EQ(catalogue->commit(fixes.first), kCommit);
    EXPECT_EQ(catalogue->fixed(fixes.first + 2), "0");
    EXPECT_EQ(catalogue->commit(fixes.first + 2), "");
    EXPECT_EQ(catalogue->files(*issue).at(1), "include/linux/drain.h");
    EXPECT_EQ(catalogue->modules(*issue).at(0), "drainmod");
    auto crashes = catalogue->crashes_of(*issue);
    ASSERT_EQ(crashes.size(), 1u);
    EXPECT_EQ(catalogue->kind(crashes.first), Kind::null_pointer_dereference);
    EXPECT_EQ(catalogue->name(catalogue->guilty(crashes.first).value()), "drain_stock");
    auto frames = catalogue->frames(crashes.first);
    ASSERT_EQ(frames.size(), 5u);
    EXPECT_EQ(catalogue->name(frames[2]), "uncharge_page");
    EXPECT_FALSE(catalogue->find("CVE-2021-47012"));
    EXPECT_FALSE(catalogue->function("no_such_function"));
    EXPECT_EQ(catalogue->postings(catalogue->function("vfs_read").value()).size(), 41u);
}

TEST(Catalogue, TheSameIssuesGiveTheSameBytesInAnyOrder) {
    auto issues = some_issues();
    auto first = compiled(issues);
    std::ranges::reverse(issues);
    EXPECT_EQ(compiled(issues), first);
}

TEST(Catalogue, OfTwoIssuesWithOneIdTheLaterCounts) {
    auto issues = some_issues();
    issues.push_back({.id = "CVE-2021-47011", .files = {"mm/other.c"}});
    auto bytes = compiled(issues);
    auto catalogue = Catalogue::read(bytes).value();
    EXPECT_EQ(catalogue.issues(), 41u);
    EXPECT_EQ(catalogue.files(catalogue.find("CVE-2021-47011").value()).at(0), "mm/other.c");
}

TEST(Catalogue, RefusesWhatIsCutChangedOrOfAnotherVersion) {
    auto bytes = compiled(some_issues());
    for (std::size_t size : {std::size_t{0}, std::size_t{7}, sizeof(CatalogueHeader), bytes.size() - 1})
        EXPECT_FALSE(Catalogue::read(std::string_view(bytes).substr(0, size))) << size;
    for (std::size_t at : {std::size_t{0}, std::size_t{20}, sizeof(CatalogueHeader), bytes.size() - 1}) {
        auto changed = bytes;
        changed[at] ^= 1;
        EXPECT_FALSE(Catalogue::read(changed)) << at;
    }
    auto other = bytes;
    other[7] = '9';
    EXPECT_NE(Catalogue::read(other).error().message().find("version"), std::string::npos);
}

TEST(Catalogue, SectionsOutsideOfTheFileAreRefused) {
    auto bytes = compiled(some_issues());
    EXPECT_FALSE(Catalogue::read(forged(bytes, [](auto& h) { h.sections[3].count = 0xffffffff; })));
    EXPECT_FALSE(Catalogue::read(forged(bytes, [](auto& h) { h.sections[3].offset = 0xfffffffc; })));
    EXPECT_FALSE(Catalogue::read(forged(bytes, [](auto& h) { h.sections[3].offset = 0; })));
    EXPECT_FALSE(Catalogue::read(
        forged(bytes, [](auto& h) { h.sections[std::to_underlying(Part::slots)].count = 3; })));
}

TEST(Catalogue, SectionsThatPointAnywhereAreReadWithoutHarm) {
    auto bytes = compiled(some_issues());
    for (std::size_t part = 0; part < kParts; ++part) {
        for (std::size_t other = 0; other < kParts; ++other) {
            auto mixed = bytes;
            CatalogueHeader header;
            std::memcpy(&header, mixed.data(), sizeof header);
            header.sections[part].offset = header.sections[other].offset;
            std::memcpy(mixed.data(), &header, sizeof header);
            header.hash = catalogue_hash(std::string_view(mixed).substr(kHashedFrom));
            std::memcpy(mixed.data(), &header, sizeof header);
            if (auto catalogue = Catalogue::read(mixed)) use(*catalogue);
        }
    }
}

TEST(Catalogue, IsMappedFromAFile) {
    auto path = testing::TempDir() + "catalogue_test.catalogue";
    std::ofstream(path, std::ios::binary) << compiled(some_issues());
    EXPECT_TRUE(Catalogue::is_catalogue(path));
    auto catalogue = Catalogue::open(path);
    std::remove(path.c_str());
    ASSERT_TRUE(catalogue);
    EXPECT_EQ(catalogue->issues(), 41u);
    EXPECT_FALSE(Catalogue::open(path));
    EXPECT_FALSE(Catalogue::is_catalogue(path));
    EXPECT_FALSE(Catalogue::open(testing::TempDir()));
}

TEST(Catalogue, TheBuiltInOneIsWhole) {
    auto catalogue = Catalogue::read(Catalogue::built_in_bytes());
    ASSERT_TRUE(catalogue);
    EXPECT_GT(catalogue->issues(), 14'000u);
    EXPECT_GT(catalogue->crashes(), 3'500u);
    EXPECT_LT(Catalogue::built_in_bytes().size(), 10'000'000u);
    EXPECT_NE(catalogue->source(0).notice.find("MITRE"), std::string::npos);
    EXPECT_EQ(catalogue->written(), 0u) << "the program has them by themselves";
    EXPECT_EQ(Catalogue::built_in().issues(), catalogue->issues());
}

TEST(Catalogue, AnEmptyOneKnowsNothing) {
    Catalogue none;
    EXPECT_EQ(none.issues(), 0u);
    use(none);
    auto bytes = compiled({});
    auto empty = Catalogue::read(bytes);
    ASSERT_TRUE(empty);
    use(*empty);
}

}  // namespace
}  // namespace inquest
