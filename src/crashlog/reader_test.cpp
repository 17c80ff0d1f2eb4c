#include <gtest/gtest.h>

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

}  // namespace
}  // namespace inquest
