#include <filesystem>
#include <gtest/gtest.h>

#include "knowledge/imported/describe.h"
#include "knowledge/imported/imported_test.h"

namespace inquest {
namespace {

namespace fs = std::filesystem;

std::vector<CrashEvent> events_of(std::string_view text) {
    std::vector<CrashEvent> events;
    for (auto kind : {Kind::warning, Kind::null_pointer_dereference}) {
        if (text.find(name_of(kind)) == text.npos) continue;
        CrashEvent event;
        event.kind = kind;
        event.ip.symbol = kind == Kind::warning ? "warned" : "died";
        events.push_back(event);
    }
    return events;
}

class SolvedImporter : public testing::Test {
  protected:
    void SetUp() override {
        top_ = fs::path(testing::TempDir()) / "solved_test";
        fs::remove_all(top_);
        fs::create_directories(top_ / "2025");
    }
    void TearDown() override { fs::remove_all(top_); }
    void put(const std::string& name, const std::string& text) { std::ofstream(top_ / name) << text; }
    Result<ImportResult> import() {
        for (const Importer* importer : all_importers())
            if (importer->name == "solved") return importer->read(top_.string(), events_of);
        return fail("no importer");
    }
    fs::path top_;
};

constexpr const char* kReport =
    "title: The driver frees its buffer twice\nadvice: Load version 2.3 of the driver.\n"
    "link: https://tickets.example/123\nfiles: [drivers/x/y.c]\n"
    "fixed: {rhel9: 5.14.0-570.25.1.el9_6, upstream: 6.6.12}\n";

TEST_F(SolvedImporter, ReadsReportAndLog) {
    put("2025/TICKET-123.yaml", kReport);
    put("2025/TICKET-123.log", "first a warning, then a null-pointer-dereference");
    auto result = import();
    ASSERT_TRUE(result) << result.error().message();
    ASSERT_EQ(result->issues.size(), 1u) << (result->problems.empty() ? "" : result->problems[0]);
    const auto issue = result->issues[0];
    EXPECT_EQ(issue.id, "TICKET-123");
    EXPECT_EQ(issue.fixes, (std::vector<BranchFix>{{"0", "6.6.12", ""}}));
    ASSERT_EQ(issue.vendor.size(), 1u);
    EXPECT_EQ(issue.vendor[0].product, "rhel9");
    ASSERT_EQ(issue.crashes.size(), 1u) << "the gravest alone";
    EXPECT_EQ(issue.crashes[0].functions, std::vector<std::string>{"died"});

    auto bytes = compile({{result->source}, result->issues, {}, {}}).value();
    std::vector<Catalogue> catalogues{Catalogue::read(bytes).value()};
    auto described = describe(catalogues, entry_of(catalogues, "TICKET-123").value());
    EXPECT_EQ(described.title, "TICKET-123: The driver frees its buffer twice");
    ASSERT_EQ(described.remedies.size(), 1u);
    EXPECT_EQ(described.remedies[0].action, "Load version 2.3 of the driver.");
    EXPECT_EQ(described.references.at(0).url, "https://tickets.example/123");
}

TEST_F(SolvedImporter, NamesWhatItCannotUse) {
    put("no-log.yaml", kReport);
    put("b.yaml", "title: x\n");
    put("b.log", "warning");
    put("c.yaml", std::string(kReport) + "more: 1\n");
    put("c.log", "warning");
    put("d e.yaml", kReport);
    put("e.yaml", "title: a\nadvice: b\nfixed: {nobody9: '1.2'}\n");
    put("e.log", "warning");
    put("f.yaml", ": : [");
    put("g.yaml", "title: a\nadvice: b\n");
    put("g.log", "all is well");
    auto result = import();
    ASSERT_TRUE(result);
    EXPECT_EQ(result->records, 7u);
    EXPECT_EQ(result->issues.size(), 1u);
    EXPECT_EQ(result->problems.size(), 6u);
    ASSERT_EQ(result->notes.size(), 1u);
    EXPECT_EQ(result->notes[0].records, std::vector<std::string>{"g"});
}

TEST_F(SolvedImporter, SaysWhatIsNoFolder) {
    EXPECT_FALSE(import());
    fs::remove_all(top_);
    EXPECT_FALSE(import());
}

}  // namespace
}  // namespace inquest
