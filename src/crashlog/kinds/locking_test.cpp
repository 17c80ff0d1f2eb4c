#include "crashlog/kinds/kind_test.h"

namespace inquest {
namespace {

TEST(Lockdep, ShowsBothChainsOfACircle) {
    auto event = event_of({
        "======================================================",
        "WARNING: possible circular locking dependency detected",
        "6.6.1-test #3 Not tainted",
        "------------------------------------------------------",
        "burrow/4711 is trying to acquire lock:",
        "ffff888012345640 (&wombat->lock){+.+.}-{4:4}, at: wombat_open+0x1f/0x80",
        "",
        "but task is already holding lock:",
        "ffff888012345680 (&burrow->lock){+.+.}-{4:4}, at: burrow_enter+0x2f/0x90",
        "",
        "which lock already depends on the new lock.",
        "the existing dependency chain (in reverse order) is:",
        "",
        "-> #1 (&burrow->lock){+.+.}-{4:4}:",
        "       lock_acquire+0x1/0x2",
        "       burrow_dig+0x3f/0x60",
        "",
        "-> #0 (&wombat->lock){+.+.}-{4:4}:",
        "       lock_acquire+0x1/0x2",
        "       wombat_open+0x1f/0x80",
        "",
        "stack backtrace:",
        "CPU: 1 PID: 4711 Comm: burrow Not tainted 6.6.1-test #3",
        "Call Trace:",
        " dump_stack_lvl+0x4c/0x70",
        " print_circular_bug+0x1/0x2",
        " wombat_open+0x1f/0x80",
    });
    EXPECT_EQ(event.kind, Kind::lockdep);
    EXPECT_EQ(event.title, "possible deadlock in wombat_open");
    EXPECT_NE(event.fact("wanted-lock").find("&wombat->lock"), std::string_view::npos);
    EXPECT_NE(event.fact("held-lock").find("&burrow->lock"), std::string_view::npos);
    ASSERT_EQ(event.stacks.size(), 2U);
    EXPECT_EQ(event.stacks[0].title, "-> #1 (&burrow->lock){+.+.}-{4:4}");
    EXPECT_EQ(event.stacks[0].frames.back().symbol, "burrow_dig");
    EXPECT_EQ(event.trace.back().symbol, "wombat_open");
    EXPECT_EQ(event.ip.symbol, "print_circular_bug");
}

TEST(Lockdep, JoinsALockPrintedInPieces) {
    auto event =
        event_of({"WARNING: possible circular locking dependency detected",
                  "burrow/4711 is trying to acquire lock:", "eae3453c (&wombat->lock",
                  "){-.-.}, at: wombat_wake+0x4c/0xd30", "",
                  "but task is already holding lock:", "43ec2610 ((burrow).lock", "){-.-.}, at: up+0x1c/0xf0",
                  "stack backtrace:", "Call Trace:", " dump_stack+0x1/0x2"});
    EXPECT_EQ(event.title, "possible deadlock in wombat_wake");
    EXPECT_EQ(event.fact("wanted-lock"), "eae3453c (&wombat->lock){-.-.}, at: wombat_wake+0x4c/0xd30");
}

TEST(Lockdep, KnowsTheOldBanner) {
    auto event =
        event_of({"[ INFO: possible recursive locking detected ]", "3.10.0 #1 Not tainted",
                  "burrow/4711 is trying to acquire lock:",
                  " (&(&wombat->lock)->rlock){+.+...}, at: [<ffffffff81234567>] wombat_open+0x1f/0x80",
                  "Call Trace:", " [<ffffffff81000001>] dump_stack+0x19/0x1b",
                  " [<ffffffff81234567>] wombat_open+0x1f/0x80"});
    EXPECT_EQ(event.title, "possible deadlock in wombat_open");
}

TEST(Lockdep, NamesWhoMadeTheLockSafeInAnUnsafeOrder) {
    auto event = event_of(
        {"WARNING: SOFTIRQ-safe -> SOFTIRQ-unsafe lock order detected",
         "burrow/4711 [HC0[0]:SC0[2]:HE1:SE0] is trying to acquire:",
         "ffff888012345640 (&a){+.+.}-{2:2}, at: wombat_open+0x1f/0x80",
         "but this new dependency connects a SOFTIRQ-irq-safe lock:", " (&b){..-.}-{2:2}",
         "... which became SOFTIRQ-irq-safe at:", "  lock_acquire+0x1/0x2", "  wombat_timer+0x22/0x40",
         "to a SOFTIRQ-irq-unsafe lock:", "... which became SOFTIRQ-irq-unsafe at:", "  lock_acquire+0x1/0x2",
         "  wombat_ioctl+0x22/0x40", "stack backtrace:", "Call Trace:", " dump_stack+0x1/0x2",
         " wombat_open+0x1f/0x80"});
    EXPECT_EQ(event.title, "possible deadlock in wombat_timer");
}

TEST(Lockdep, TellsInconsistentStateAndWaitContext) {
    auto state =
        event_of({"WARNING: inconsistent lock state", "inconsistent {SOFTIRQ-ON-W} -> {IN-SOFTIRQ-W} usage.",
                  "burrow/4711 [HC0[0]:SC1[1]:HE1:SE0] takes:",
                  "ffff888012345640 (&wombat->lock){+.?.}-{2:2}, at: wombat_timer+0x1f/0x80",
                  "{SOFTIRQ-ON-W} state was registered at:", "  lock_acquire+0x1/0x2",
                  "  wombat_open+0x1f/0x80", "stack backtrace:", "Call Trace:", " dump_stack+0x1/0x2",
                  " print_usage_bug+0x1/0x2", " mark_lock+0x1/0x2", " wombat_timer+0x1f/0x80"});
    EXPECT_EQ(state.title, "inconsistent lock state in wombat_timer");
    auto context = event_of({"[ BUG: Invalid wait context ]", "6.6.1-test #3 Not tainted", "Call Trace:",
                             " dump_stack+0x1/0x2", " __lock_acquire+0x1/0x2", " wombat_timer+0x1f/0x80"});
    EXPECT_EQ(context.title, "WARNING: locking bug in wombat_timer");
}

TEST(LockHeld, NamesWhoReleasesWhatItDoesNotHold) {
    auto event =
        event_of({"WARNING: bad unlock balance detected!", "6.6.1-test #3 Not tainted",
                  "burrow/4711 is trying to release lock (&wombat->lock) at:",
                  "[<ffffffff81234567>] wombat_close+0x1f/0x80", "but there are no more locks to release!",
                  "stack backtrace:", "Call Trace:", " dump_stack+0x1/0x2",
                  " print_unlock_imbalance_bug+0x1/0x2", " wombat_close+0x1f/0x80"});
    EXPECT_EQ(event.title, "WARNING: bad unlock balance in wombat_close");
    EXPECT_EQ(event.fact("released-lock"), "&wombat->lock");
}

TEST(LockHeld, NamesWhoTookWhatIsStillHeld) {
    auto event =
        event_of({"WARNING: lock held when returning to user space!", "6.6.1-test #3 Not tainted",
                  "burrow/4711 is leaving the kernel with locks still held!", "1 lock held by burrow/4711:",
                  " #0: ffff888012345640 (&wombat->lock){+.+.}-{4:4}, at: wombat_ioctl+0x1f/0x80"});
    EXPECT_EQ(event.title, "WARNING: lock held when returning to user space in wombat_ioctl");
    auto freed = event_of(
        {"WARNING: held lock freed!", "6.6.1-test #3 Not tainted",
         "burrow/4711 is freeing memory ffff888012345600-ffff8880123456ff, with a lock still held there!",
         "ffff888012345640 (&wombat->lock){+.+.}-{4:4}, at: wombat_exit+0x1f/0x80", "stack backtrace:",
         "Call Trace:", " dump_stack+0x1/0x2", " kfree+0x1/0x2", " wombat_put+0x1f/0x80"});
    EXPECT_EQ(freed.title, "WARNING: held lock freed in wombat_exit");
}

TEST(RcuUsage, NamesWhoReadsUnprotected) {
    auto event = event_of({"WARNING: suspicious RCU usage", "6.6.1-test #3 Not tainted",
                           "-----------------------------",
                           "net/wombat/route.c:118 suspicious rcu_dereference_check() usage!",
                           "stack backtrace:", "Call Trace:", " dump_stack_lvl+0x1/0x2",
                           " lockdep_rcu_suspicious+0x1/0x2", " wombat_route+0x1f/0x80"});
    EXPECT_EQ(event.kind, Kind::lockdep);
    EXPECT_EQ(event.title, "WARNING: suspicious RCU usage in wombat_route");
    EXPECT_EQ(event.ip.symbol, "lockdep_rcu_suspicious");
    EXPECT_EQ(event.fact("place"), "net/wombat/route.c:118");
}

TEST(LockKey, NamesWhoForgotToInitialize) {
    auto event = event_of({"INFO: trying to register non-static key.",
                           "the code is fine but needs lockdep annotation, or maybe",
                           "Call Trace:", " dump_stack_lvl+0x1/0x2", " register_lock_class+0x1/0x2",
                           " _raw_spin_lock_irqsave+0x1/0x2", " wombat_probe+0x1f/0x80"});
    EXPECT_EQ(event.title, "INFO: trying to register non-static key in wombat_probe");
}

TEST(Spinlock, TellsTheComplaintAndTheLock) {
    auto event = event_of({"BUG: spinlock bad magic on CPU#1, burrow/4711",
                           " lock: 0xffff888012345640, .magic: 00000000, .owner: <none>/-1, .owner_cpu: 0",
                           "Call Trace:", " dump_stack_lvl+0x1/0x2", " do_raw_spin_lock+0x1/0x2",
                           " wombat_probe+0x1f/0x80"});
    EXPECT_EQ(event.title, "BUG: spinlock bad magic in wombat_probe");
    EXPECT_EQ(event.cpu, 1);
    EXPECT_EQ(event.task.pid, 4711);
    EXPECT_FALSE(event.fact("lock").empty());
}

TEST(AtomicSleep, TellsContextAndWhoDisabledPreemption) {
    auto event = event_of({"BUG: sleeping function called from invalid context at kernel/locking/mutex.c:283",
                           "in_atomic(): 1, irqs_disabled(): 0, non_block: 0, pid: 4711, name: burrow",
                           "preempt_count: 1, expected: 0",
                           "Preemption disabled at:", "[<ffffffff81234567>] wombat_lock+0x1f/0x80",
                           "Call Trace:", " dump_stack_lvl+0x1/0x2", " __might_resched+0x1/0x2",
                           " mutex_lock+0x1/0x2", " wombat_xmit+0x1f/0x80"});
    EXPECT_EQ(event.kind, Kind::atomic_sleep);
    EXPECT_EQ(event.title, "BUG: sleeping function called from invalid context in wombat_xmit");
    EXPECT_EQ(event.ip.symbol, "__might_resched");
    EXPECT_EQ(event.task.comm, "burrow");
    EXPECT_EQ(event.fact("preempt-count"), "1, expected: 0");
    EXPECT_NE(event.fact("preemption-disabled-at").find("wombat_lock"), std::string_view::npos);
    expect_prose({"BUG: sleeping function called from invalid context is easy to get wrong."});
}

TEST(SchedulingWhileAtomic, KeepsItsTraceBehindThePanic) {
    auto event =
        event_of({"BUG: scheduling while atomic: burrow/4711/0x00000002",
                  "Modules linked in:", "Kernel panic - not syncing: scheduling while atomic",
                  "Call Trace:", " dump_stack_lvl+0x1/0x2", " panic+0x1/0x2", " __schedule_bug+0x1/0x2",
                  " __schedule+0x1/0x2", " schedule+0x1/0x2", " wombat_wait+0x1f/0x80"});
    EXPECT_EQ(event.kind, Kind::scheduling_while_atomic);
    EXPECT_EQ(event.title, "BUG: scheduling while atomic in wombat_wait");
    EXPECT_EQ(event.task.pid, 4711);
    EXPECT_EQ(event.fact("preempt-count"), "0x00000002");
}

TEST(Preemptible, NamesTheCallerOfTheAccessor) {
    auto event = event_of({"BUG: using smp_processor_id() in preemptible [00000000] code: burrow/4711",
                           "caller is wombat_stat+0x1f/0x80", "Call Trace:", " dump_stack_lvl+0x1/0x2",
                           " check_preemption_disabled+0x1/0x2", " wombat_stat+0x1f/0x80"});
    EXPECT_EQ(event.title, "BUG: using smp_processor_id() in preemptible code in wombat_stat");
    EXPECT_EQ(event.fact("caller"), "wombat_stat+0x1f/0x80");
}

TEST(Workqueue, NamesTheItemThatLeaked) {
    auto event = event_of({"BUG: workqueue leaked lock or atomic: kworker/0:0/0x00000000/4",
                           "     last function: wombat_work"});
    EXPECT_EQ(event.title, "BUG: workqueue leaked lock or atomic in wombat_work");
    EXPECT_EQ(event.task.pid, 4);
    EXPECT_EQ(event.task.comm, "kworker/0:0");
    auto lockup = event_of({"BUG: workqueue lockup - pool cpus=0 node=0 flags=0x0 nice=0 stuck for 32s!"});
    EXPECT_EQ(lockup.title, "BUG: workqueue lockup");
    EXPECT_EQ(lockup.fact("seconds"), "32");
}

TEST(LockdepLimit, NamesTheTable) {
    auto event = event_of(
        {"BUG: MAX_LOCKDEP_CHAINS too low!", "turning off the locking correctness validator.",
         "Call Trace:", " dump_stack+0x1/0x2", " lookup_chain_cache_add+0x1/0x2", " wombat_open+0x1f/0x80"});
    EXPECT_EQ(event.title, "BUG: MAX_LOCKDEP_CHAINS too low!");
}

TEST(Locking, IsNoReportInProse) {
    expect_prose({"I get a possible circular locking dependency detected warning at boot.",
                  "WARNING: possible problems ahead", "The WARNING: inconsistent lock state splat is bogus.",
                  "BUG: spinlock bad magic happens when the lock is freed."});
}

TEST(Lockdep, IsBelievedInAMailThatQuotesLittleOfIt) {
    auto events = events_of(
        "A run with PROVE_LOCKING enabled detected the issue:\n  [ BUG: Invalid wait context ]\n  ...\n"
        "  c204ddbc (&wombat->mutex){+.+.}-{3:3}, at: wombat_status+0x40/0x78\n"
        "  other info that might help us debug this:\n  context-{4:4}\n");
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].kind, Kind::lockdep);
    expect_prose({"I still see [ BUG: Invalid wait context ] now and then."});
}

}  // namespace
}  // namespace inquest
