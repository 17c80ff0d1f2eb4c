#include "crashlog/kinds/kind_test.h"

namespace inquest {
namespace {

TEST(SoftLockup, NamesWhatTheSystemCallWasDoing) {
    auto event =
        event_of({"watchdog: BUG: soft lockup - CPU#3 stuck for 22s! [burrow:4711]",
                  "CPU: 3 PID: 4711 Comm: burrow Not tainted 6.6.1-test #3",
                  "RIP: 0010:wombat_hash+0x1f/0x80", "Call Trace:", " <TASK>", " wombat_lookup+0x1f/0x80",
                  " wombat_setxattr+0x1f/0x80", " do_syscall_64+0x1f/0x80", " </TASK>"});
    EXPECT_EQ(event.kind, Kind::soft_lockup);
    EXPECT_EQ(event.title, "BUG: soft lockup in wombat_setxattr");
    EXPECT_EQ(event.ip.symbol, "wombat_hash");
    EXPECT_EQ(event.cpu, 3);
    EXPECT_EQ(event.task.pid, 4711);
    EXPECT_EQ(event.fact("seconds"), "22");
    expect_prose({"BUG: soft lockup again, what can I do?"});
}

TEST(SoftLockup, ShowsWhatTheTimerInterruptedWithoutRegisters) {
    auto event =
        event_of({"watchdog: BUG: soft lockup - CPU#3 stuck for 27s! [swapper/3:0]",
                  "Kernel panic - not syncing: softlockup: hung tasks",
                  "CPU: 3 PID: 0 Comm: swapper/3 Not tainted 6.6.1-test #3", "Call Trace:", " <IRQ>",
                  " dump_stack_lvl+0x1/0x2", " panic+0x1/0x2", " watchdog_timer_fn+0x1/0x2",
                  " __sysvec_apic_timer_interrupt+0x1/0x2", " asm_sysvec_apic_timer_interrupt+0x1/0x2",
                  "RIP: 0010:wombat_poll+0x1f/0x80", " wombat_softirq+0x1f/0x80", " __do_softirq+0x1f/0x80"});
    EXPECT_EQ(event.ip.symbol, "wombat_poll");
    EXPECT_EQ(event.title, "BUG: soft lockup in wombat_softirq");
}

TEST(HardLockup, KnowsItsWordings) {
    auto event = event_of({"NMI watchdog: Watchdog detected hard LOCKUP on cpu 5",
                           "CPU: 5 PID: 4711 Comm: burrow Not tainted 6.6.1-test #3",
                           "RIP: 0010:wombat_spin+0x1f/0x80", "Call Trace:", " wombat_lock+0x1f/0x80",
                           " wombat_ioctl+0x1f/0x80", " do_syscall_64+0x1/0x2"});
    EXPECT_EQ(event.kind, Kind::hard_lockup);
    EXPECT_EQ(event.cpu, 5);
    EXPECT_EQ(event.title, "BUG: hard lockup in wombat_ioctl");
    auto powerpc = event_of({"watchdog: CPU 7 detected hard LOCKUP on other CPUs 2",
                             "CPU: 7 PID: 1 Comm: burrow Not tainted 6.6.1-test #3"});
    EXPECT_EQ(powerpc.kind, Kind::hard_lockup);
    expect_prose({"Watchdog detected hard LOCKUP on cpu is the message that I see"});
}

TEST(RcuStall, NamesWhatTheStalledCpuWasDoing) {
    auto event = event_of(
        {"rcu: INFO: rcu_preempt self-detected stall on CPU",
         "rcu: \t1-....: (10499 ticks this GP) idle=7a2/1/0x4000000000000000 softirq=4711/4712 fqs=2500",
         "rcu: \t(t=10500 jiffies g=4711 q=42 ncpus=2)", "Sending NMI from CPU 1 to CPUs 0:",
         "NMI backtrace for cpu 1", "CPU: 1 PID: 4711 Comm: burrow Not tainted 6.6.1-test #3",
         "Call Trace:", " <IRQ>", " dump_stack_lvl+0x1/0x2", " rcu_dump_cpu_stacks+0x1/0x2",
         " rcu_sched_clock_irq+0x1/0x2", " sysvec_apic_timer_interrupt+0x1/0x2", " </IRQ>", " <TASK>",
         " asm_sysvec_apic_timer_interrupt+0x1/0x2", "RIP: 0010:wombat_loop+0x1f/0x80",
         " wombat_sync+0x1f/0x80", " do_syscall_64+0x1f/0x80", " </TASK>"});
    EXPECT_EQ(event.kind, Kind::rcu_stall);
    EXPECT_EQ(event.title, "INFO: rcu detected stall in wombat_sync");
    EXPECT_EQ(event.ip.symbol, "wombat_loop");
    EXPECT_EQ(event.fact("detected"), "by the stalled CPU");
    EXPECT_EQ(event.fact("stalled"), "CPU 1");
    EXPECT_EQ(event.fact("flavour"), "rcu_preempt");
}

TEST(RcuStall, KnowsItsWordings) {
    for (auto header :
         {"INFO: rcu_sched self-detected stall on CPU { 1}  (t=21000 jiffies g=4711 c=4710 q=0)",
          "INFO: rcu_preempt detected stalls on CPUs/tasks: { 1} (detected by 0, t=21002 jiffies)",
          "rcu: INFO: rcu_preempt detected expedited stalls on CPUs/tasks: { 1-.... } 21 jiffies s: 4711 "
          "root: 0x2/."}) {
        auto event = event_of({header, "CPU: 1 PID: 4711 Comm: burrow Not tainted 6.6.1-test #3",
                               "Call Trace:", " wombat_loop+0x1f/0x80"});
        EXPECT_EQ(event.kind, Kind::rcu_stall) << header;
        EXPECT_FALSE(event.fact("stalled").empty()) << header;
    }
    expect_prose(
        {"INFO: rcu_preempt detected by chance", "we saw rcu_sched self-detected stall on CPU yesterday"});
}

TEST(RcuStall, TellsAStarvedGracePeriodThread) {
    auto event = event_of({"rcu: INFO: rcu_sched detected stalls on CPUs/tasks:",
                           "rcu: \t(detected by 1, t=10502 jiffies, g=4711, q=42 ncpus=2)",
                           "rcu: rcu_sched kthread starved for 10502 jiffies! g4711 f0x2 RCU_GP_WAIT_FQS(5) "
                           "->state=0x0 ->cpu=0",
                           "rcu: RCU grace-period kthread stack dump:",
                           "task:rcu_sched state:R running task stack:0 pid:14 ppid:2 flags:0x4000",
                           "Call Trace:", " __schedule+0x1/0x2", " rcu_gp_kthread+0x1/0x2"});
    EXPECT_FALSE(event.fact("starved").empty());
    ASSERT_FALSE(event.stacks.empty());
    EXPECT_EQ(event.stacks[0].title, "RCU grace-period kthread");
}

TEST(HungTask, NamesWhoSleepsAndWhoBlocks) {
    auto event =
        event_of({"INFO: task burrow:4711 blocked for more than 143 seconds.",
                  "      Not tainted 6.6.1-test #3",
                  "\"echo 0 > /proc/sys/kernel/hung_task_timeout_secs\" disables this message.",
                  "task:burrow          state:D stack:25000 pid:4711  tgid:4711  ppid:1 flags:0x00004004",
                  "Call Trace:",
                  " <TASK>",
                  " __schedule+0x1/0x2",
                  " schedule+0x1/0x2",
                  " schedule_preempt_disabled+0x1/0x2",
                  " __mutex_lock+0x1/0x2",
                  " wombat_enter+0x1f/0x80",
                  " do_syscall_64+0x1/0x2",
                  " </TASK>",
                  "INFO: task burrow:4711 is blocked on a mutex likely owned by task digger:17.",
                  "task:digger          state:S stack:25000 pid:17 tgid:17 ppid:1 flags:0x00004004",
                  "Call Trace:",
                  " <TASK>",
                  " __schedule+0x1/0x2",
                  " wombat_nap+0x1f/0x80",
                  " </TASK>"});
    EXPECT_EQ(event.kind, Kind::hung_task);
    EXPECT_EQ(event.title, "INFO: task hung in wombat_enter");
    EXPECT_EQ(event.ip.symbol, "__schedule");
    EXPECT_EQ(event.task.comm, "burrow");
    EXPECT_EQ(event.fact("seconds"), "143");
    EXPECT_EQ(event.fact("blocked-on"), "a mutex likely owned by task digger:17.");
    ASSERT_EQ(event.stacks.size(), 1U);
    EXPECT_EQ(event.stacks[0].title, "task digger");
    EXPECT_EQ(event.stacks[0].pid, 17);
    EXPECT_EQ(event.stacks[0].frames.back().symbol, "wombat_nap");
}

TEST(HungTask, SurvivesALineBreakInTheName) {
    auto event = event_of({"INFO: task bur", "row:4711 blocked for more than 143 seconds.",
                           "Call Trace:", " __schedule+0x1/0x2", " wombat_enter+0x1f/0x80"});
    EXPECT_EQ(event.title, "INFO: task hung in wombat_enter");
    EXPECT_EQ(event.task.pid, 4711);
}

TEST(HungTask, TellsTasksThatCannotDie) {
    auto event =
        event_of({"INFO: task burrow:4711 can't die for more than 143 seconds.",
                  "Call Trace:", " __schedule+0x1/0x2", " schedule+0x1/0x2", " wombat_enter+0x1f/0x80"});
    EXPECT_EQ(event.title, "INFO: task can't die in wombat_enter");
    expect_prose({"INFO: task force blocked for more than two weeks by review",
                  "our task was blocked for more than 120 seconds"});
}

TEST(StackEnd, NamesWhatRanOutOfStack) {
    auto event = event_of({"Kernel panic - not syncing: corrupted stack end detected inside scheduler",
                           "CPU: 1 PID: 4711 Comm: burrow Not tainted 6.6.1-test #3",
                           "Call Trace:", " dump_stack_lvl+0x1/0x2", " panic+0x1/0x2", " __schedule+0x1/0x2",
                           " schedule+0x1/0x2", " wombat_recurse+0x1f/0x80", " wombat_sync+0x1f/0x80",
                           " process_one_work+0x1/0x2"});
    EXPECT_EQ(event.kind, Kind::stack_overflow);
    EXPECT_EQ(event.title, "kernel panic: corrupted stack end in wombat_sync");
}

TEST(StackProtector, NamesTheOwnerOfTheFrame) {
    auto event = event_of(
        {"Kernel panic - not syncing: stack-protector: Kernel stack is corrupted in: wombat_ioctl+0x1f/0x80",
         "CPU: 1 PID: 4711 Comm: burrow Not tainted 6.6.1-test #3",
         "Call Trace:", " dump_stack_lvl+0x1/0x2"});
    EXPECT_EQ(event.title, "kernel panic: stack is corrupted in wombat_ioctl");
}

TEST(SoftLockup, ASyslogBroadcastIsNoTrace) {
    auto events = events_of(
        "Message from syslogd@node1 at Aug  9 15:16:53 ...\n"
        " kernel:[ 4071.489871] watchdog: BUG: soft lockup - CPU#7 stuck for 28s! [wombatd:864]\n\n"
        "Message from syslogd@node1 at Aug  9 15:17:21 ...\n"
        " kernel:[ 4099.489871] watchdog: BUG: soft lockup - CPU#7 stuck for 26s! [wombatd:864]\n");
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].title, "BUG: soft lockup");
    EXPECT_EQ(events[0].kernel.arch, "");
}

TEST(SoftLockup, OpenRiscIsNoArchitectureThatWeKnow) {
    auto event = event_of({"watchdog: BUG: soft lockup - CPU#0 stuck for 186s! [wombatd:2073]", "CPU #: 0",
                           "   PC: c03c1694    SR: 00008a7f    SP: d89a3c90",
                           "GPR00: 00000000 GPR01: d89a3c90 GPR02: d89a3cb4 GPR03: 00000000",
                           "Process wombatd (pid: 2073, stackpage=d8850000)",
                           "Call trace:", "[<8558de7f>] wombat_get+0x70/0x1bc"});
    EXPECT_EQ(event.kernel.arch, "");
    EXPECT_EQ(event.ip.symbol, "wombat_get");
}

TEST(HungTask, ClocksMayCountWholeSeconds) {
    auto events = events_of(
        "[  240.] INFO: task wombatup:64 blocked for more than 120 seconds.\n"
        "[  240.] wombatup  D 00000000     0    64      2 0x00100000\n"
        "[  240.] Call Trace:\n[  240.] [<8066c218>] __schedule+0x2b8/0x7fc\n"
        "[  240.] [<800735f0>] wombat_wait+0x6c/0x90\n");
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].kind, Kind::hung_task);
    EXPECT_EQ(events[0].time, 240.0);
}

TEST(HungTask, TheStackOfMipsTellsItself) {
    auto event = event_of({"INFO: task wombatup:64 blocked for more than 120 seconds.",
                           "Stack : 00000003 00000001 00000000 8003ca80 00000000 00000000 00000000 00000000",
                           "Call Trace:", "[<8066c218>] __schedule+0x2b8/0x7fc",
                           "[<800735f0>] wombat_wait+0x6c/0x90"});
    EXPECT_EQ(event.kernel.arch, "mips32");
}

}  // namespace
}  // namespace inquest
