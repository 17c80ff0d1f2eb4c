#include "crashlog/transcript.h"

#include <gtest/gtest.h>

#include "crashlog/parser.h"

namespace inquest {
namespace {

// As crash 7 prints it.
constexpr std::string_view kSession = R"(
      KERNEL: /usr/lib/debug/lib/modules/3.10.0-514.26.2.el7.x86_64/vmlinux
        CPUS: 32
      UPTIME: 1 days, 03:43:14
      MEMORY: 128 GB
       PANIC: "BUG: unable to handle kernel NULL pointer dereference at 000000000000001c"
         PID: 9377
     COMMAND: "worker"
         CPU: 29

crash> bt
PID: 9377   TASK: ffff881c65ee5e20  CPU: 29  COMMAND: "worker"
 #0 [ffff881f66bbf960] machine_kexec at ffffffff81059beb
 #1 [ffff881f66bbfc30] async_page_fault at ffffffff8168f238
    [exception RIP: put_page_ref+5]
    RIP: ffffffff8118a075  RSP: ffff881f66bbfce0  RFLAGS: 00010246
    RAX: 00000000fffffe00  RBX: 0000000000001a86  RCX: ffff881f66bbffd8
    RDX: 0000000000000000  RSI: 0000000000000000  RDI: 0000000000000000
    ORIG_RAX: ffffffffffffffff  CS: 0010  SS: 0018
 #2 [ffff881f66bbfce0] demo_read at ffffffffa02deb11 [demo]
 #3 [ffff881f66bbff38] sys_read at ffffffff811ff43f
    RIP: 00007f3ecc5b2c4d  RSP: 00007fff64cd5d58  RFLAGS: 00000246
    RAX: 0000000000000007  RBX: ffffffff81697809  RCX: ffffffffffffffff
crash> dis put_page_ref
0xffffffff8118a070 <put_page_ref>:	nopl   0x0(%rax,%rax,1) [FTRACE NOP]
0xffffffff8118a075 <put_page_ref+5>:	lock decl 0x1c(%rdi)
)";

TEST(Transcript, TellsWhatTheLogWouldHave) {
    auto source = open_text(kSession);
    auto contents = read_log(*source);
    ASSERT_EQ(contents.events.size(), 1u);
    const CrashEvent& event = contents.events[0];
    EXPECT_EQ(event.kind, Kind::null_pointer_dereference);
    EXPECT_EQ(event.fault_address, 0x1cu);
    EXPECT_EQ(event.ip.symbol, "put_page_ref");
    EXPECT_EQ(event.ip.offset, 5u);
    EXPECT_EQ(event.task.pid, 9377);
    EXPECT_EQ(event.task.comm, "worker");
    EXPECT_EQ(event.cpu, 29);
    EXPECT_EQ(event.reg("rdi"), 0u);
    EXPECT_EQ(event.reg("rax"), 0xfffffe00u);
    EXPECT_EQ(event.kernel.release, "3.10.0-514.26.2.el7.x86_64");
    EXPECT_EQ(event.instruction.text, "lock decl 0x1c(%rdi)");
    ASSERT_EQ(event.trace.size(), 2u);
    EXPECT_EQ(event.trace[0].symbol, "demo_read");
    EXPECT_EQ(event.trace[0].module, "demo");
    EXPECT_EQ(contents.host.uptime, 27 * 3600 + 43 * 60 + 14);
    EXPECT_EQ(contents.host.memory, std::uint64_t{128} << 30);
}

TEST(Transcript, MakesNoCrashOfAHealthyTask) {
    auto source = open_text(
        "crash> bt 1\nPID: 1  TASK: ffff881c65ee5e20  CPU: 0  COMMAND: \"init\"\n"
        " #0 [ffff881f66bbf960] __schedule at ffffffff81059beb\n"
        " #1 [ffff881f66bbf9c0] ep_poll at ffffffff81105822\n");
    EXPECT_TRUE(read_log(*source).events.empty());
}

TEST(Transcript, AddsSourceLinesToTheEventOfTheLog) {
    std::string text =
        "[    1.000000] BUG: kernel NULL pointer dereference, address: 0000000000000010\n"
        "[    1.000000] Oops: 0000 [#1] SMP\n"
        "[    1.000000] CPU: 0 PID: 42 Comm: demo Not tainted 6.1.0 #1\n"
        "[    1.000000] RIP: 0010:broken+0x5/0x20\n[    1.000000] Call Trace:\n"
        "[    1.000000]  caller+0x10/0x20\n[    1.000000] ---[ end trace 0 ]---\n\n"
        "crash> bt -l\nPID: 42  TASK: ffff881c65ee5e20  CPU: 0  COMMAND: \"demo\"\n"
        " #0 [ffff881f66bbf960] machine_kexec at ffffffff81059beb\n"
        "    [exception RIP: broken+5]\n"
        "    RIP: ffffffff8118a075  RSP: ffff881f66bbfce0  RFLAGS: 00010246\n"
        " #1 [ffff881f66bbfce0] caller at ffffffffa02deb11\n"
        "    /usr/src/linux/fs/demo.c: 229\n";
    auto source = open_text(text);
    auto contents = read_log(*source);
    ASSERT_EQ(contents.events.size(), 1u);
    ASSERT_EQ(contents.events[0].trace.size(), 1u);
    EXPECT_EQ(contents.events[0].trace[0].line, 229u);
}

}  // namespace
}  // namespace inquest
