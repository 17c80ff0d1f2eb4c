#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>

#include "knowledge/imported/cna_record.h"
#include "knowledge/imported/imported_test.h"

namespace inquest {
namespace {

using imported_test::kCommit;
using imported_test::kMainline;
namespace fs = std::filesystem;

// A reader that finds a crash in texts that say "crash".
std::vector<CrashEvent> events_of(std::string_view text) {
    if (text.find("crash") == text.npos) return {};
    CrashEvent event;
    event.kind = Kind::warning;
    event.guilty.function = "f.isra.0";
    event.ip.symbol = "f.isra.0";
    event.ip.module = "mod";
    Frame frame;
    frame.symbol = "__x64_sys_read";
    event.trace = {frame};
    return {event, event};
}

constexpr std::string_view kJson =
    R"({"cveMetadata": {"cveId": "CVE-2021-47011"}, "containers": {"cna": {
    "descriptions": [{"lang": "de", "value": ""}, {"lang": "en", "value": "a crash"}],
    "affected": [{"programFiles": ["mm/a.c", "mm/a.c", "bad path", 7], "versions": []}, {"programFiles": ["mm/b.c"]}]}}})";

std::string dyad() {
    return "# a comment\n5.10.11:" + kMainline + ":5.10.37:" + kCommit + "\n5.11:" + kMainline +
           ":5.13:" + kMainline + "\n0:0:0:0\n";
}

TEST(CnaRecord, TakesFactsAndNoSentence) {
    ImportResult result;
    auto issue = read_cve_record(kJson, dyad(), "x.json", events_of, result);
    ASSERT_TRUE(issue);
    EXPECT_TRUE(result.problems.empty());
    EXPECT_EQ(issue->id, "CVE-2021-47011");
    EXPECT_EQ(issue->files, (std::vector<std::string>{"mm/a.c", "mm/b.c"}));
    EXPECT_EQ(issue->modules, std::vector<std::string>{"mod"});
    ASSERT_EQ(issue->fixes.size(), 3u);
    EXPECT_EQ(issue->fixes[0].commit, kCommit);
    EXPECT_EQ(issue->fixes[2].fixed, "0");
    ASSERT_EQ(issue->crashes.size(), 1u) << "the same crash twice is one";
    EXPECT_EQ(issue->crashes[0].functions, (std::vector<std::string>{"f", "sys_read"}));
    EXPECT_EQ(issue->crashes[0].guilty, "f");
    ASSERT_EQ(result.notes.size(), 2u);
    EXPECT_EQ(result.notes[0].what, "have an `affected` entry without versions");
    EXPECT_EQ(result.notes[1].what, "are not fixed on every branch");
}

TEST(CnaRecord, NamesWhatIsMalformed) {
    ImportResult result;
    EXPECT_FALSE(read_cve_record(kJson.substr(0, 100), "", "cut.json", events_of, result));
    EXPECT_FALSE(read_cve_record("[]", "", "list.json", events_of, result));
    EXPECT_FALSE(
        read_cve_record(R"({"cveMetadata": {"cveId": "CVE-1; rm"}})", "", "id.json", events_of, result));
    EXPECT_FALSE(read_cve_line("{}", "lines:3", events_of, result));
    ASSERT_EQ(result.problems.size(), 4u);
    EXPECT_TRUE(result.problems[0].starts_with("cut.json: "));
    EXPECT_TRUE(result.problems[3].starts_with("lines:3: "));
}

TEST(CnaRecord, AMalformedRangeIsLeftOutAndTheRestKept) {
    ImportResult result;
    std::string bad =
        "5.10:" + kMainline + ":5.11:nonsense\n5.10:x\n5.1;x:" + kMainline + ":5.11:" + kCommit + "\n";
    auto issue = read_cve_record(kJson, bad + dyad(), "x.json", events_of, result);
    ASSERT_TRUE(issue);
    EXPECT_EQ(issue->fixes.size(), 3u);
    EXPECT_EQ(result.problems.size(), 3u);
}

TEST(CnaRecord, NotesSeveralFixesInMainline) {
    ImportResult result;
    std::string line = R"({"cve": "CVE-2022-48833", "text": "", "files": ["a.c"], "ranges": [)"
                       R"({"introduced": "5.15", "fixed": "5.16", "fixed_commit": ")" +
                       kCommit + R"("}, {"introduced": "5.15", "fixed": "5.17", "fixed_commit": ")" +
                       kMainline + "\"}]}";
    ASSERT_TRUE(read_cve_line(line, "x:1", events_of, result));
    ASSERT_EQ(result.notes.size(), 1u);
    EXPECT_EQ(result.notes[0].what, "have several fixes in mainline");
}

TEST(CnaRecord, KnowsIdsFromOtherText) {
    EXPECT_TRUE(is_cve_id("CVE-2021-47011"));
    EXPECT_TRUE(is_cve_id("CVE-2024-1234567"));
    for (const char* bad :
         {"", "CVE-2021-", "CVE-21-47011", "CVE-2021-4701x", "cve-2021-47011", "CVE-2021-12345678"})
        EXPECT_FALSE(is_cve_id(bad)) << bad;
}

class CnaImporter : public testing::Test {
  protected:
    void SetUp() override {
        top_ = fs::path(testing::TempDir()) / "cna_test";
        fs::remove_all(top_);
        fs::create_directories(top_ / "cve/published/2021");
    }
    void TearDown() override { fs::remove_all(top_); }
    void put(const std::string& name, const std::string& text) { std::ofstream(top_ / name) << text; }
    Result<ImportResult> import(const std::string& path) {
        for (const Importer* importer : all_importers())
            if (importer->name == "cna") return importer->read(path, events_of);
        return fail("no importer");
    }
    fs::path top_;
};

TEST_F(CnaImporter, ReadsACheckout) {
    put("cve/published/2021/CVE-2021-47011.json", std::string(kJson));
    put("cve/published/2021/CVE-2021-47011.dyad", dyad());
    put("cve/published/2021/CVE-2021-47011.mbox", "prose");
    put("cve/published/2021/CVE-2021-47012.json", "{");
    put("cve/published/2021/CVE-2021-47013.json", std::string(9 << 20, ' '));
    auto result = import(top_.string());
    ASSERT_TRUE(result);
    EXPECT_EQ(result->records, 3u);
    ASSERT_EQ(result->issues.size(), 1u);
    EXPECT_EQ(result->issues[0].fixes.size(), 3u);
    ASSERT_EQ(result->problems.size(), 3u) << "the cut one has no versions besides, the third is too large";
    EXPECT_NE(result->source.notice.find("MITRE"), std::string::npos);
}

TEST_F(CnaImporter, ReadsJsonLinesAndSurvivesAMonstrousOne) {
    const std::string line = R"({"cve": "CVE-2021-47011", "text": "a crash", "files": [], "ranges": []})";
    put("x.jsonl", line + "\n\n{\"cve\":\n" + std::string(9 << 20, 'x') + "\n" + line.substr(0, 20));
    auto result = import((top_ / "x.jsonl").string());
    ASSERT_TRUE(result);
    EXPECT_EQ(result->records, 4u);
    EXPECT_EQ(result->issues.size(), 1u);
    ASSERT_EQ(result->problems.size(), 3u);
    EXPECT_TRUE(result->problems[1].starts_with("x.jsonl:4: larger"));
}

TEST_F(CnaImporter, SaysWhatIsNoSource) {
    EXPECT_FALSE(import((top_ / "cve").string()));
    EXPECT_FALSE(import((top_ / "missing").string()));
    put("empty.jsonl", "");
    EXPECT_FALSE(import((top_ / "empty.jsonl").string()));
}

}  // namespace
}  // namespace inquest
