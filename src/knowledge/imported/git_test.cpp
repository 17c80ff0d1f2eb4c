#include "knowledge/imported/git.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <gtest/gtest.h>

#include "knowledge/imported/commit_message.h"
#include "knowledge/imported/imported_test.h"

namespace inquest {
namespace {

namespace fs = std::filesystem;

std::vector<CrashEvent> events_of(std::string_view text) {
    auto end = text.find("+0x");
    if (end == text.npos) return {};
    auto start = text.rfind(' ', end);
    CrashEvent event;
    event.kind = Kind::warning;
    event.ip.symbol = text.substr(start + 1, end - start - 1);
    event.guilty.function = event.ip.symbol;
    return {event};
}

TEST(CommitMessage, SaysWhereItIsFromAndWhatItMends) {
    const std::string hash(40, 'a');
    auto message = read_commit_message("mm: fix it\n\ncommit " + hash + " upstream.\n\n f+0x1/0x20\n\n" +
                                       "Fixes: 3de7d4f25a74 (\"mm: memcg: share\")\nFixes: x\nFixes: 123\n");
    EXPECT_EQ(message.subject, "mm: fix it");
    EXPECT_EQ(message.upstream, hash);
    EXPECT_EQ(message.culprits, std::vector<std::string>{"3de7d4f25a74"});
    EXPECT_TRUE(message.quotes_frames);
    EXPECT_EQ(read_commit_message("s\n[ Upstream commit " + hash + " ]\n").upstream, hash);
    EXPECT_EQ(read_commit_message("s\n(cherry picked from commit " + hash + ")\n").upstream, hash);
    EXPECT_EQ(read_commit_message("s\nsince commit " + hash + " it is broken upstream\n").upstream, "");
    EXPECT_FALSE(read_commit_message("a+0x1\nb/0x2").quotes_frames);
}

TEST(Git, TellsReleasesByTags) {
    EXPECT_EQ(release_of_name("tags/v5.13-rc1~12^2"), "5.13");
    EXPECT_EQ(release_of_name("tags/v5.10.37^0"), "5.10.37");
    for (const char* other : {"tags/v5.10.37-vendor", "heads/v5.10", "undefined", "tags/next-2024", ""})
        EXPECT_EQ(release_of_name(other), "") << other;
}

// A kernel's history in small: a bug that came with 5.11 and, by a backport, with 5.10.2; its fix in 5.13 and
// 5.10.3; and a fix that no release has.
class GitImporter : public testing::Test {
  protected:
    void SetUp() override {
        if (std::system("git --version >/dev/null 2>&1") != 0) GTEST_SKIP() << "there is no git";
        top_ = fs::path(testing::TempDir()) / "git_importer_test";
        fs::remove_all(top_);
        fs::create_directories(top_ / "mm");
        git("init -q -b master .");
    }
    void TearDown() override { fs::remove_all(top_); }

    void git(const std::string& arguments) {
        auto date = std::to_string(1'600'000'000 + ++clock_ * 100) + " +0000";
        auto command = "cd '" + top_.string() + "' && GIT_CONFIG_GLOBAL=/dev/null GIT_AUTHOR_DATE='" + date +
                       "' GIT_COMMITTER_DATE='" + date + "' git -c user.name=a -c user.email=a@b.c " +
                       arguments + " >/dev/null";
        ASSERT_EQ(std::system(command.c_str()), 0) << command;
    }
    void commit(const std::string& file, const std::string& message) {
        std::ofstream(top_ / file, std::ios::app) << message << '\n';
        std::ofstream(top_ / ".git/message") << message;
        git("add " + file);
        git("commit -q -F .git/message");
    }
    void tag(const std::string& name) { git("tag -a -m x " + name); }
    std::string head() {
        git("rev-parse HEAD | tee .git/head");
        std::string hash;
        std::ifstream(top_ / ".git/head") >> hash;
        return hash;
    }
    Result<ImportResult> import() {
        for (const Importer* importer : all_importers())
            if (importer->name == "git") return importer->read(top_.string(), events_of);
        return fail("no importer");
    }

    fs::path top_;
    int clock_ = 0;
};

TEST_F(GitImporter, FollowsABugAndItsFixThroughTheBranches) {
    commit("mm/a.c", "mm: begin");
    tag("v5.10");
    git("branch linux-5.10.y");
    commit("mm/a.c", "mm: bring a bug");
    const auto culprit = head();
    tag("v5.11-rc1");
    const std::string crash = "\n\nIt died:\n WARNING drain_stock+0x1c/0x80\n";
    commit("mm/b.c",
           "mm: drain the stock before it goes" + crash + "Fixes: " + culprit.substr(0, 12) + " (\"mm\")\n");
    const auto fix = head();
    tag("v5.13-rc2");
    commit("mm/c.c", "mm: mend what no release has" + crash);
    const auto late = head();
    git("checkout -q linux-5.10.y");
    commit("mm/d.c", "mm: other");
    tag("v5.10.1");
    commit("mm/a.c", "mm: bring a bug\n\n[ Upstream commit " + culprit + " ]\n");
    tag("v5.10.2");
    commit("mm/b.c", "mm: drain the stock before it goes\n\ncommit " + fix + " upstream." + crash +
                         "Fixes: " + culprit.substr(0, 12) + " (\"mm\")\n");
    const auto backport = head();
    tag("v5.10.3");

    auto result = import();
    ASSERT_TRUE(result) << result.error().message();
    EXPECT_EQ(result->records, 7u);
    ASSERT_EQ(result->issues.size(), 2u);
    std::ranges::sort(result->issues, {}, [&](const auto& i) { return !i.id.ends_with(fix.substr(0, 12)); });
    const ImportedIssue& issue = result->issues[0];
    EXPECT_EQ(issue.id, "linux-" + fix.substr(0, 12));
    EXPECT_EQ(issue.fixes, (std::vector<BranchFix>{{"5.10.2", "5.10.3", backport}, {"5.11", "5.13", fix}}));
    EXPECT_EQ(issue.files, std::vector<std::string>{"mm/b.c"});
    ASSERT_EQ(issue.crashes.size(), 1u);
    EXPECT_EQ(issue.crashes[0].functions, std::vector<std::string>{"drain_stock"});
    EXPECT_EQ(result->issues[1].fixes, (std::vector<BranchFix>{{"0", "0", late}}));
    ASSERT_EQ(result->notes.size(), 2u);
    EXPECT_EQ(result->source.snapshot, "up to 5.13");
}

TEST_F(GitImporter, SaysWhatIsNoCloneOrHasNothing) {
    commit("mm/a.c", "mm: begin");
    EXPECT_FALSE(import());
    fs::remove_all(top_ / ".git");
    auto result = import();
    ASSERT_FALSE(result);
}

}  // namespace
}  // namespace inquest
