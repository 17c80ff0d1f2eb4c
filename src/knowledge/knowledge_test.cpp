#include "knowledge/knowledge.h"

#include <fstream>
#include <gtest/gtest.h>
#include <set>

#include "knowledge/imported/compile.h"
#include "knowledge/packed.h"
#include "knowledge/written.h"

namespace inquest {
namespace {

Frame frame(std::string symbol) {
    Frame made;
    made.symbol = std::move(symbol);
    return made;
}

// The timeout of a flush request on a kernel of RHEL 7.
CrashEvent timeout_event(std::string release) {
    CrashEvent event;
    event.id = 3;
    event.kind = Kind::null_pointer_dereference;
    event.headline = "BUG: unable to handle kernel NULL pointer dereference at 00000000000000d0";
    event.ip.symbol = "blk_mq_rq_timed_out";
    event.fault_address = 0xd0;
    event.workqueue = "kblockd blk_mq_timeout_work";
    event.kernel.release = std::move(release);
    event.trace = {frame("blk_mq_check_expired"), frame("bt_iter"), frame("blk_mq_queue_tag_busy_iter"),
                   frame("blk_mq_timeout_work"), frame("process_one_work")};
    return event;
}

IssueMatch match_of(const CrashEvent& event) {
    auto matches = Knowledge::built_in().match(event, event.kernel);
    return matches.size() == 1 ? matches.front() : IssueMatch{};
}

}  // namespace

TEST(Knowledge, HoldsTheIssuesOfTheRepository) {
    auto files = issue_files(INQUEST_SOURCE_DIR "/knowledge");
    ASSERT_TRUE(files);
    const auto& issues = Knowledge::built_in().issues();
    EXPECT_EQ(issues.size(), files->size());
    std::set<std::string> ids;
    for (const Issue& issue : issues) {
        EXPECT_TRUE(ids.insert(issue.id).second) << issue.id;
        EXPECT_FALSE(issue.signature.empty()) << issue.id;
        EXPECT_TRUE(issue.samples.empty()) << issue.id;
    }
}

TEST(Knowledge, TellsTheStatusOfTheKernelAndHalvesTheConfidenceOfAFixedOne) {
    auto affected = match_of(timeout_event("3.10.0-1160.80.1.el7.x86_64"));
    auto fixed = match_of(timeout_event("3.10.0-1160.90.1.el7.x86_64"));
    auto unknown = match_of(timeout_event("4.14.355-275.570.amzn2.x86_64"));
    EXPECT_EQ(affected.status, IssueStatus::affected);
    EXPECT_GE(affected.confidence, kConfident);
    EXPECT_EQ(fixed.status, IssueStatus::fixed);
    EXPECT_LT(fixed.confidence, 0.5);
    EXPECT_EQ(unknown.status, IssueStatus::unknown);
    EXPECT_EQ(affected.events, std::vector<int>{3});
    EXPECT_FALSE(affected.mechanism.empty());
    EXPECT_FALSE(affected.lanes.empty());
    EXPECT_FALSE(affected.affected.empty());
}

TEST(Knowledge, OffersTheRemediesOfTheMachineAtHand) {
    CrashEvent event;
    event.kind = Kind::null_pointer_dereference;
    event.headline = "BUG: unable to handle kernel NULL pointer dereference at 0000000000000088";
    event.ip.symbol = "_raw_spin_lock";
    event.fault_address = 0x88;
    event.kernel.release = "4.19.91-21.al7.x86_64";
    event.trace = {frame("d_delete"), frame("vfs_rmdir"), frame("do_rmdir")};
    auto match = match_of(event);
    ASSERT_FALSE(match.remedies.empty());
    EXPECT_EQ(match.remedies[0].command, "sudo yum install -y kernel-hotfix-4375449-21.al7.x86_64");
    event.kernel.release = "4.19.91-18.al7.x86_64";
    match = match_of(event);
    ASSERT_FALSE(match.remedies.empty());
    EXPECT_EQ(match.remedies[0].command, "sudo yum update -y kernel && sudo reboot");
}

TEST(Knowledge, AnIssueOfTheSameIdReplacesTheEarlierOne) {
    Knowledge knowledge = Knowledge::built_in();
    auto before = knowledge.issues().size();
    auto added = knowledge.add_yaml(
        "{id: sysrq-crash, title: mine, area: a, severity: info, cause: c, provenance: p, licence: l, "
        "signature: {require: [{function: f}]}}",
        "mine.yaml");
    ASSERT_TRUE(added) << added.error().message();
    EXPECT_EQ(knowledge.issues().size(), before);
    EXPECT_EQ(knowledge.find("sysrq-crash")->title, "mine");
    EXPECT_NE(Knowledge::built_in().find("sysrq-crash")->title, "mine");
}

TEST(Knowledge, ErrorsNameFileAndLine) {
    Knowledge knowledge;
    auto added = knowledge.add_yaml("id: x\ntitle: [", "x.yaml");
    ASSERT_FALSE(added);
    EXPECT_TRUE(added.error().message().starts_with("x.yaml:2: ")) << added.error().message();
    EXPECT_FALSE(knowledge.add_directory("/nonexistent/folder"));
}

TEST(Knowledge, SearchFindsIssuesByWordsAndFunctions) {
    const auto& knowledge = Knowledge::built_in();
    ASSERT_EQ(knowledge.search("trailing_symlink").size(), 1u);
    EXPECT_EQ(knowledge.search("XFS symlink")[0]->id, "xfs-recycled-inode-get-link");
    EXPECT_TRUE(knowledge.search("xfs no-such-word").empty());
}

// A file with the hand-written issues of the program, one of them with another title, and one's own.
TEST(Knowledge, ACompiledFileBringsOnesOwnIssuesAndLeavesTheProgramsAlone) {
    Collection all{{}, {}, {}, built_in_written()};
    ASSERT_GT(all.written.size(), 20u);
    auto own = written_below(INQUEST_SOURCE_DIR "/knowledge/fs/ovl-dentry-refcount-leak.yaml");
    ASSERT_TRUE(own);
    ASSERT_EQ(own->size(), 1u);
    auto root = unpack(own->front().packed).value();
    auto set = [&](std::string_view key, const char* value) {
        for (std::size_t i = 0; i < root.keys.size(); ++i)
            if (root.keys[i] == key) root.items[i].text = value;
    };
    set("title", "A title of another day");
    all.written.push_back({"built-in.yaml", pack(root), true});
    set("id", "ovl-of-our-own");
    all.written.push_back({"own.yaml", pack(root), false});
    auto path = testing::TempDir() + "knowledge_test.knowledge";
    std::ofstream(path, std::ios::binary) << compile(all).value();

    Knowledge knowledge = Knowledge::built_in();
    auto count = knowledge.issues().size();
    ASSERT_TRUE(knowledge.add_catalogue(path));
    EXPECT_EQ(knowledge.issues().size(), count + 1);
    EXPECT_EQ(knowledge.find("ovl-of-our-own")->title, "A title of another day");
    EXPECT_NE(knowledge.find("ovl-dentry-refcount-leak")->title, "A title of another day");
    Knowledge nothing;
    ASSERT_TRUE(nothing.add_catalogue(path));
    EXPECT_EQ(nothing.issues().size(), count + 1) << "they are all in the file";

    all.written.push_back({"bad.yaml", "bytes that are no issue", false});
    std::ofstream(path, std::ios::binary) << compile(all).value();
    EXPECT_FALSE(nothing.add_catalogue(path));
}

}  // namespace inquest
