#include "crashlog/guilty.h"

#include <gtest/gtest.h>

#include "crashlog/plumbing.h"

namespace inquest {
namespace {

Frame frame(std::string symbol, bool reliable = true) {
    Frame made;
    made.symbol = std::move(symbol);
    made.reliable = reliable;
    return made;
}

CrashEvent event_at(std::string ip, std::vector<std::string> functions) {
    CrashEvent event;
    event.kind = Kind::bad_page_fault;
    event.ip.symbol = std::move(ip);
    for (auto& function : functions) event.trace.push_back(frame(function));
    return event;
}

TEST(Plumbing, IsWhatServesOthers) {
    for (auto function : {"dump_stack_lvl", "panic", "__kasan_check_read", "kmem_cache_alloc_noprof",
                          "_raw_spin_lock_irqsave", "__mutex_lock", "refcount_warn_saturate",
                          "__list_del_entry_valid", "copy_from_user", "kfree", "vprintk_emit",
                          "do_error_trap", "exc_page_fault", "atomic_dec", "strlen"})
        EXPECT_TRUE(is_plumbing(function)) << function;
}

TEST(Plumbing, IsNoSubsystem) {
    for (auto function : {"ext4_iget", "xfs_lookup", "tcp_v4_rcv", "drm_atomic_commit", "kfree_rcu_work",
                          "down_wombat", "a", "", "mempool_wombat", "breakdown"})
        EXPECT_FALSE(is_plumbing(function)) << function;
}

TEST(Plumbing, IsFoundByTheIndexAsByComparingAll) {
    for (auto function :
         {"mutex_lock", "rt_mutex_lock", "my_mutex_lock", "kv_free", "kvfree", "xkvfree", "do_trap",
          "do_trapped", "foo_trap", "alloc_pages", "kcalloc", "io_writeq", "writeq_io"})
        EXPECT_EQ(is_plumbing(function), matches_any(function, plumbing())) << function;
}

TEST(GuiltyFrame, IsTheFirstThatIsNoPlumbing) {
    auto event = event_at("", {"dump_stack", "kasan_report", "wombat_read.isra.0", "wombat_ioctl"});
    const Frame* guilty = guilty_frame(event.trace);
    ASSERT_NE(guilty, nullptr);
    EXPECT_EQ(guilty->symbol, "wombat_read.isra.0");
}

TEST(GuiltyFrame, PrefersReliableFrames) {
    std::vector<Frame> trace{frame("stale_value", false), frame("panic"), frame("wombat_read")};
    EXPECT_EQ(guilty_frame(trace)->symbol, "wombat_read");
    std::vector<Frame> doubtful{frame("stale_value", false), frame("panic")};
    EXPECT_EQ(guilty_frame(doubtful)->symbol, "stale_value");
    std::vector<Frame> nobody{frame("panic")};
    EXPECT_EQ(guilty_frame(nobody), nullptr);
}

TEST(Blame, TakesTheInstructionPointerUnlessItOnlyServes) {
    auto event = event_at("wombat_read", {"vfs_read"});
    blame(event);
    EXPECT_EQ(event.guilty.function, "wombat_read");
    EXPECT_FALSE(event.guilty.reason.empty());

    auto copying = event_at("memcpy_orig", {"memcpy", "wombat_read"});
    blame(copying);
    EXPECT_EQ(copying.guilty.function, "wombat_read");
}

TEST(Blame, SkipsWhatTheKindCallsPlumbing) {
    static constexpr std::string_view kAlso[] = {"^skb_"};
    auto event = event_at("skb_panic", {"skb_put", "wombat_xmit"});
    blame(event, kAlso);
    EXPECT_EQ(event.guilty.function, "wombat_xmit");
}

TEST(Blame, AccusesNobodyWhenAllIsPlumbing) {
    auto event = event_at("", {"panic", "dump_stack"});
    blame(event);
    EXPECT_TRUE(event.guilty.function.empty());
}

TEST(BlameStalled, NamesWhatTheSystemCallCalled) {
    auto event = event_at("", {"wombat_hash", "wombat_lookup", "wombat_setxattr", "do_syscall_64"});
    blame_stalled(event, event.trace);
    EXPECT_EQ(event.guilty.function, "wombat_setxattr");
}

TEST(BlameStalled, NamesTheWaitForOtherCpusAlike) {
    auto event = event_at("", {"csd_wait", "smp_call_function_many_cond", "on_each_cpu", "do_syscall_64"});
    blame_stalled(event, event.trace);
    EXPECT_EQ(event.guilty.function, "smp_call_function");
}

TEST(BlameBlocked, NamesTheCallerOfTheSleepingPrimitives) {
    auto event = event_at("", {"__schedule", "schedule", "schedule_timeout", "wait_for_common", "wombat_sync",
                               "do_syscall_64"});
    blame_blocked(event, event.trace);
    EXPECT_EQ(event.guilty.function, "wombat_sync");
}

TEST(BlameBlocked, GathersWaitsForTheSameThing) {
    auto rcu = event_at("", {"__schedule", "schedule", "__synchronize_srcu", "wombat_unregister"});
    blame_blocked(rcu, rcu.trace);
    EXPECT_EQ(rcu.guilty.function, "synchronize_rcu");
    auto rtnl = event_at("", {"__schedule", "schedule", "__mutex_lock", "rtnl_lock", "wombat_open"});
    blame_blocked(rtnl, rtnl.trace);
    EXPECT_EQ(rtnl.guilty.function, "rtnl_lock");
}

TEST(Signature, IsStableUnderSuffixesAndAddresses) {
    auto one = event_at("wombat_read.isra.0", {"vfs_read", "ksys_read"});
    auto two = event_at("wombat_read", {"memcpy", "vfs_read.part.3", "ksys_read"});
    one.ip.address = 0xffffffff81234567;
    two.trace[1].offset = 0x80;
    sign(one);
    sign(two);
    EXPECT_EQ(one.signature, two.signature);
    EXPECT_EQ(one.signature.size(), 16U);
}

TEST(Signature, TellsKindsAndFunctionsApart) {
    auto one = event_at("wombat_read", {"vfs_read"});
    auto other_kind = one;
    other_kind.kind = Kind::warning;
    auto other_caller = event_at("wombat_read", {"ksys_pread64"});
    sign(one);
    sign(other_kind);
    sign(other_caller);
    EXPECT_NE(one.signature, other_kind.signature);
    EXPECT_NE(one.signature, other_caller.signature);
}

TEST(Signature, HasAFormWithUnreliableFrames) {
    auto event = event_at("wombat_read", {"vfs_read"});
    event.trace.insert(event.trace.begin(), frame("left_over", false));
    auto clean = event_at("wombat_read", {"vfs_read"});
    sign(event);
    sign(clean);
    EXPECT_EQ(event.signature, clean.signature);
    EXPECT_NE(event.signature_loose, clean.signature_loose);
}

TEST(Signature, FallsBackOnTheTitle) {
    auto one = event_at("", {});
    auto two = one;
    one.title = "unable to mount root";
    two.title = "something else";
    sign(one);
    sign(two);
    EXPECT_NE(one.signature, two.signature);
}

}  // namespace
}  // namespace inquest
