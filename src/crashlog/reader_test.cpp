#include <gtest/gtest.h>

#include "base/text.h"
#include "crashlog/parser.h"

namespace inquest {
namespace {

LogContents read(std::string_view text) {
    auto source = open_text(text);
    return read_log(*source);
}

constexpr std::string_view kNullDereference =
    R"([   12.345678] BUG: kernel NULL pointer dereference, address: 000000000000001c
[   12.345680] #PF: supervisor write access in kernel mode
[   12.345681] #PF: error_code(0x0002) - not-present page
[   12.345682] PGD 0 P4D 0 
[   12.345683] Oops: 0002 [#1] PREEMPT SMP NOPTI
[   12.345684] CPU: 3 PID: 812 Comm: Web Content 2 Kdump: loaded Tainted: G        W  OE      6.1.0-50-amd64 #1  Debian 6.1.176-1
[   12.345685] Hardware name: QEMU Standard PC (i440FX + PIIX, 1996), BIOS 1.16.2 04/01/2014
[   12.345686] RIP: 0010:put_it+0x5/0x20 [demo]
[   12.345687] Code: 66 0f 1f 00 0f 1f 44 00 00 <f0> ff 4f 1c 74 01 c3 cc
[   12.345688] RSP: 0018:ffffc900001e7e20 EFLAGS: 00010246
[   12.345689] RAX: 0000000000000000 RBX: ffff888003a51000 RCX: 0000000000000000
[   12.345690] RDX: 0000000000000001 RSI: 0000000000000002 RDI: 0000000000000000
[   12.345691] FS:  0000000000000000(0000) GS:ffff88803ec00000(0000) knlGS:0000000000000000
[   12.345692] CS:  0010 DS: 0000 ES: 0000 CR0: 0000000080050033
[   12.345693] CR2: 000000000000001c CR3: 00000000043a2000 CR4: 00000000000006f0
[   12.345694] Call Trace:
[   12.345695]  <TASK>
[   12.345696]  ? __die_body.cold+0x1a/0x1f
[   12.345697]  demo_ioctl+0x44/0x60 [demo]
[   12.345698]  __x64_sys_ioctl+0x90/0xd0
[   12.345699]  do_syscall_64+0x58/0xb0
[   12.345700] RIP: 0033:0x7f05e8d1a237
[   12.345701] RSP: 002b:00007ffd0e5b6d08 EFLAGS: 00000246 ORIG_RAX: 0000000000000010
[   12.345702] RAX: ffffffffffffffda RBX: 0000000000000001 RCX: 00007f05e8d1a237
[   12.345703]  </TASK>
[   12.345704] Modules linked in: demo(OE) ext4 crc32c_generic [last unloaded: gone]
[   12.345705] CR2: 000000000000001c
[   12.345706] ---[ end trace 0000000000000000 ]---
[   12.345707] RIP: 0010:put_it+0x5/0x20 [demo]
[   12.345708] RAX: 1111111111111111 RBX: ffff888003a51000 RCX: 0000000000000000
[   12.345709] Kernel panic - not syncing: Fatal exception
[   12.345710] Kernel Offset: disabled
)";

TEST(Reader, ReadsEverythingThatAnOopsSays) {
    auto contents = read(kNullDereference);
    ASSERT_EQ(contents.events.size(), 1u);
    const CrashEvent& event = contents.events[0];
    EXPECT_EQ(event.kind, Kind::null_pointer_dereference);
    EXPECT_EQ(event.fault_address, 0x1cu);
    EXPECT_EQ(event.access, Access::write);
    EXPECT_EQ(event.error_code, "0002");
    EXPECT_EQ(event.cpu, 3);
    EXPECT_EQ(event.task.pid, 812);
    EXPECT_EQ(event.task.comm, "Web Content 2");
    EXPECT_EQ(event.kernel.release, "6.1.0-50-amd64");
    EXPECT_EQ(event.kernel.version, "#1");
    EXPECT_EQ(event.kernel.arch, "x86_64");
    EXPECT_EQ(event.kernel.taint.flags, "GWOE");
    EXPECT_EQ(event.hardware, "QEMU Standard PC (i440FX + PIIX, 1996), BIOS 1.16.2 04/01/2014");
    EXPECT_EQ(event.ip.symbol, "put_it");
    EXPECT_EQ(event.ip.offset, 5u);
    EXPECT_EQ(event.ip.size, 0x20u);
    EXPECT_EQ(event.ip.module, "demo");
    ASSERT_EQ(event.trace.size(), 4u);
    EXPECT_FALSE(event.trace[0].reliable);
    EXPECT_EQ(event.trace[1].symbol, "demo_ioctl");
    EXPECT_EQ(event.trace[1].module, "demo");
    ASSERT_EQ(event.modules.size(), 3u);
    EXPECT_EQ(event.modules[0].flags, "OE");
    EXPECT_EQ(event.last_unloaded, "gone");
    EXPECT_EQ(event.code.bytes.size(), 17u);
    EXPECT_EQ(event.code.fault_offset, 9u);
    EXPECT_EQ(event.lines.first, 1u);
    EXPECT_EQ(event.lines.last, 31u);
}

TEST(Reader, KeepsTheKernelsRegistersWhenUserSpacesFollow) {
    auto contents = read(kNullDereference);
    const CrashEvent& event = contents.events.at(0);
    EXPECT_EQ(event.reg("rax"), 0u);
    EXPECT_EQ(event.reg("rsp"), 0xffffc900001e7e20u);
    EXPECT_EQ(event.reg("cr2"), 0x1cu);
}

TEST(Reader, TakesThePanicThatFollowsAsPartOfTheOops) {
    auto contents = read(kNullDereference);
    ASSERT_EQ(contents.events.size(), 1u);
    EXPECT_EQ(contents.events[0].fact("panic"), "Fatal exception");
    EXPECT_EQ(contents.events[0].severity, Severity::fatal);
    EXPECT_TRUE(contents.events[0].primary);
}

TEST(Reader, OpensNoEventForAHeaderInProse) {
    EXPECT_TRUE(read("It says BUG: unable to handle kernel NULL pointer dereference at 0000000000000010\n")
                    .events.empty());
    EXPECT_TRUE(read("BUG: unable to handle kernel NULL pointer dereference at 0000000000000010\nand so on\n")
                    .events.empty());
}

constexpr std::string_view kHeadless =
    R"([   49.804600] RDX: 0000000000000001 RSI: 000000000000000a RDI: 0000000000000088
[   49.808461] CR2: 0000000000000088 CR3: 00000005e3f74006 CR4: 00000000003606a0
[   49.810410] Call Trace:
[   49.810653]  drop_it+0x2c/0xb0
[   49.810951]  vfs_rmdir+0xfd/0x120
[   49.811573]  do_syscall_64+0x5b/0x190
[   49.812385] RIP: 0033:0x7ffbf505ffd7
[   49.815098] RAX: ffffffffffffffda RBX: 00007ffbedffb640 RCX: 00007ffbf505ffd7
[   49.818338] Modules linked in: pvpanic button
[   49.819368] ---[ end trace 4e652b8aa299aa2d ]---
[   49.819796] RIP: 0010:take_lock+0xc/0x20
[   49.822363] RAX: 0000000000000000 RBX: ffff93b8da3446c0 RCX: 0000000a00000000
)";

TEST(Reader, FindsThePlaceOfAReportWithoutBeginningBehindItsEnd) {
    auto contents = read(kHeadless);
    ASSERT_EQ(contents.events.size(), 1u);
    const CrashEvent& event = contents.events[0];
    EXPECT_EQ(event.ip.symbol, "take_lock");
    EXPECT_EQ(event.kind, Kind::null_pointer_dereference);
    EXPECT_EQ(event.fault_address, 0x88u);
    EXPECT_TRUE(event.corrupted);
    EXPECT_EQ(event.trace.size(), 3u);
    EXPECT_EQ(event.reg("rdi"), 0x88u);
}

TEST(Reader, MakesNoCrashOfAPrintedStack) {
    auto contents = read(R"([    5.100000] demo: something odd, see the stack:
[    5.200000] CPU: 0 PID: 1 Comm: init Not tainted 6.1.0 #1
[    5.300000] Call Trace:
[    5.400000]  dump_stack+0x10/0x20
[    5.500000]  demo_init+0x30/0x40 [demo]
[    5.600000]  do_one_initcall+0x50/0x200
)");
    EXPECT_TRUE(contents.events.empty());
}

std::string warning(double time, int cpu, std::string_view function, std::string_view caller = {}) {
    auto prefix = "[" + std::to_string(time) + "]" + std::string(caller) + " ";
    std::string text;
    for (const std::string& line :
         {std::string("------------[ cut here ]------------"),
          "WARNING: CPU: " + std::to_string(cpu) + " PID: 7 at fs/demo.c:1 " + std::string(function) +
              "+0x1/0x2",
          "CPU: " + std::to_string(cpu) + " PID: 7 Comm: demo Not tainted 6.1.0-50-amd64 #1",
          "RIP: 0010:" + std::string(function) + "+0x1/0x2", std::string("Call Trace:"),
          " " + std::string(function) + "_caller+0x1/0x2", std::string(" kthread+0x1/0x2"),
          std::string("---[ end trace 0000000000000000 ]---")})
        text += prefix + line + "\n";
    return text;
}

TEST(Reader, FoldsEqualReportsAndNamesTheirCpus) {
    std::string log;
    for (int i = 0; i < 12; ++i) log += warning(10 + i, i % 2 ? 6 : 2, "odd_thing");
    auto contents = read(log);
    ASSERT_EQ(contents.events.size(), 1u);
    EXPECT_EQ(contents.events[0].repeats, 12u);
    EXPECT_EQ(contents.events[0].fact("repeated-on-cpus"), "2 6");
    ASSERT_EQ(contents.findings.size(), 1u);
    EXPECT_EQ(contents.findings[0].id, "repeated-report");
}

TEST(Reader, HandsEveryEventToTheSinkWhenAsked) {
    auto text = warning(1, 0, "one") + warning(2, 0, "one") + warning(3, 0, "two");
    auto source = open_text(text);
    std::vector<int> ids;
    auto contents =
        read_log(*source, {.every_event = true}, [&](CrashEvent&& event) { ids.push_back(event.id); });
    EXPECT_EQ(ids, (std::vector<int>{1, 2, 3}));
    EXPECT_TRUE(contents.events.empty());
}

TEST(Reader, KeepsOnlyCountsPastItsLimit) {
    std::string log;
    for (char c = 'a'; c <= 'j'; ++c) log += warning(10, 0, "thing_" + std::string(1, c));
    auto source = open_text(log);
    auto contents = read_log(*source, {.distinct_limit = 4});
    EXPECT_EQ(contents.events.size(), 4u);
    EXPECT_EQ(contents.events_not_kept, 6u);
}

// The lines of both, one after the other.
std::string interleave(const std::string& a, const std::string& b) {
    std::string mixed;
    for (std::size_t x = 0, y = 0; x < a.size() || y < b.size();) {
        for (auto [text, at] : {std::pair(&a, &x), std::pair(&b, &y)}) {
            if (*at >= text->size()) continue;
            auto end = text->find('\n', *at) + 1;
            mixed += text->substr(*at, end - *at);
            *at = end;
        }
    }
    return mixed;
}

TEST(Reader, TakesReportsOfTwoCallersApart) {
    auto contents = read(interleave(warning(5, 0, "left", "[  T7]"), warning(5, 1, "right", "[   C1]")));
    ASSERT_EQ(contents.events.size(), 2u);
    for (const CrashEvent& event : contents.events) {
        EXPECT_FALSE(event.corrupted);
        ASSERT_EQ(event.trace.size(), 2u);
        EXPECT_EQ(event.trace[0].symbol, event.ip.symbol + "_caller");
    }
}

TEST(Reader, MarksRegistersOfTwoReportsInOneAsMixed) {
    auto contents = read(R"([    1.000000] general protection fault: 0000 [#1] SMP
[    1.100000] CPU: 0 PID: 9 Comm: a Not tainted 5.4.0-1-amd64 #1
[    1.200000] RIP: 0010:left+0x1/0x2
[    1.300000] RAX: 0000000000000001 RBX: 0000000000000002 RCX: 0000000000000003
[    1.400000] RAX: 0000000000000004 RBX: 0000000000000002 RCX: 0000000000000003
[    1.500000] Call Trace:
[    1.600000]  left_caller+0x1/0x2
[    1.700000] ---[ end trace 0000000000000000 ]---
)");
    ASSERT_EQ(contents.events.size(), 1u);
    EXPECT_TRUE(contents.events[0].corrupted);
}

TEST(Reader, TellsBootsApartByBannerAndClock) {
    auto contents = read("[    0.000000] Linux version 6.1.0-50-amd64 (x@y) (gcc) #1 SMP Debian 6.1.176-1\n" +
                         warning(50, 0, "one") +
                         "[    0.000000] Linux version 6.1.0-51-amd64 (x@y) (gcc) #1 SMP Debian 6.1.180-1\n"
                         "[    0.500000] Memory: 2048K/4096K available (1K kernel code)\n"
                         "[    0.600000] smpboot: Allowing 8 CPUs, 0 hotplug CPUs\n" +
                         replace_all(warning(60, 0, "two"), "0-50", "0-51"));
    EXPECT_EQ(contents.boots, 2u);
    ASSERT_EQ(contents.events.size(), 2u);
    EXPECT_EQ(contents.events[0].boot, 0);
    EXPECT_EQ(contents.events[1].boot, 1);
    EXPECT_TRUE(contents.events[1].primary);
    EXPECT_FALSE(contents.excerpts);
    EXPECT_EQ(contents.banner.release, "6.1.0-51-amd64");
    EXPECT_EQ(contents.host.memory, 4096u * 1024);
    EXPECT_EQ(contents.host.cpus, 8u);
}

TEST(Reader, TakesAVersionInProseForNoBanner) {
    auto contents = read("Linux version 5.4 is affected, 5.10 is not.\n" + warning(5, 0, "one"));
    EXPECT_EQ(contents.boots, 1u);
    EXPECT_EQ(contents.banner.release, "");
    ASSERT_EQ(contents.events.size(), 1u);
    EXPECT_EQ(contents.events[0].kernel.release, "6.1.0-50-amd64");
}

TEST(Reader, TakesAnotherReleaseForAnotherMachine) {
    auto other = replace_all(warning(70, 0, "two"), "6.1.0-50-amd64", "5.14.0-70.el9.x86_64");
    auto contents = read(warning(50, 0, "one") + "A second machine said:\n" + other);
    EXPECT_TRUE(contents.excerpts);
    ASSERT_EQ(contents.events.size(), 2u);
    EXPECT_NE(contents.events[0].boot, contents.events[1].boot);
    EXPECT_EQ(contents.events[1].kernel.arch, "x86_64");
}

TEST(Reader, ShowsTheFirstSignOfWhatKilledTheMachine) {
    auto contents =
        read(warning(3, 1, "unrelated") + warning(12.2, 3, "led_there") + std::string(kNullDereference));
    ASSERT_EQ(contents.events.size(), 3u);
    EXPECT_FALSE(contents.events[0].first_sign);
    EXPECT_TRUE(contents.events[1].first_sign);
    EXPECT_TRUE(contents.events[2].primary);
}

TEST(Reader, FindsTheReportThatALatePanicBelongsTo) {
    std::string log =
        "[   10.000000] watchdog: BUG: soft lockup - CPU#0 stuck for 22s! [busy:77]\n"
        "[   10.000000] CPU: 0 PID: 77 Comm: busy Not tainted 6.1.0-50-amd64 #1\n"
        "[   10.000000] RIP: 0010:spin+0x1/0x2\n[   10.000000] Call Trace:\n[   10.000000]  spinner+0x1/0x2\n"
        "[   10.000000] ---[ end trace 0 ]---\n";
    for (int i = 0; i < 600; ++i) log += "[   11.000000] something else\n";
    log += "[   12.000000] Kernel panic - not syncing: softlockup: hung tasks\n";
    auto contents = read(log);
    ASSERT_EQ(contents.events.size(), 1u);
    EXPECT_EQ(contents.events[0].fact("panic"), "softlockup: hung tasks");
    EXPECT_EQ(contents.events[0].ip.symbol, "spin");
}

TEST(Reader, CountsWhatRepeatedBeforeTheCrash) {
    std::string log;
    for (int i = 0; i < 30; ++i)
        log += "[    " + std::to_string(i / 10) + "." +
               std::to_string(100000 * (i % 10) + 100000).substr(0, 6) + "] demo: file 0x" +
               std::to_string(i) + " has no format\n";
    auto contents = read(log + std::string(kNullDereference));
    ASSERT_EQ(contents.findings.size(), 1u);
    EXPECT_EQ(contents.findings[0].id, "repeated-message");
    EXPECT_NE(contents.findings[0].statement.find("30 times in the 12 s"), std::string::npos)
        << contents.findings[0].statement;
}

TEST(Reader, NamesAPlaceThatOnlyItsAddressTells) {
    auto contents =
        read(R"([    1.000000] Unable to handle kernel paging request at virtual address ffff0000deadbeef
[    1.100000] Internal error: Oops: 96000005 [#1] SMP
[    1.200000] CPU: 6 PID: 9 Comm: a Not tainted 4.9.1 #1
[    1.300000] pc : [<ffffff80080ca950>] lr : [<ffffff80080ca900>] pstate: 60400149
[    1.400000] sp : ffff8003ffec1640
[    1.500000] Call trace:
[    1.600000] [<ffffff80080ca950>] broken+0x10/0x40
[    1.700000] [<ffffff80080ca900>] caller+0x20/0x40
)");
    ASSERT_EQ(contents.events.size(), 1u);
    EXPECT_EQ(contents.events[0].ip.symbol, "broken");
    EXPECT_EQ(contents.events[0].kernel.arch, "arm64");
}

}  // namespace
}  // namespace inquest
