#include "knowledge/knowledge.h"

#include <gtest/gtest.h>
#include <set>

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
    auto unknown = match_of(timeout_event("5.4.241-1-tlinux4-0017.3"));
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

}  // namespace inquest
