// The lines that every report has: place, task, modules, code, the line it dies with.
#include <gtest/gtest.h>

#include "crashlog/code_line.h"
#include "crashlog/die_line.h"
#include "crashlog/fault_line.h"
#include "crashlog/ip_line.h"
#include "crashlog/modules_line.h"
#include "crashlog/task_line.h"

namespace inquest {
namespace {

TEST(IpLine, ReadsEveryWording) {
    struct {
        std::string_view text, symbol;
    } cases[] = {
        {"RIP: 0010:put_it+0x5/0x20 [demo]", "put_it"},
        {"RIP: 0010:[<ffffffff813ee1d6>]  [<ffffffff813ee1d6>] put_it+0x5/0x20", "put_it"},
        {"RIP  [<ffffffff813ee1d6>] put_it+0x5/0x20", "put_it"},
        {"RIP: e030:put_it+0x5/0x20", "put_it"},
        {"RIP: 0010:put_it (fs/demo.c:12 (discriminator 1))", "put_it"},
        {"IP: [<ffffffffae575638>] put_it+0x18/0xa0", "put_it"},
        {"IP: put_it+0x18/0xa0", "put_it"},
        {"EIP is at put_it+0x18/0xa0", "put_it"},
        {"EIP: put_it+0x18/0xa0", "put_it"},
        {"PC is at put_it+0x18/0xa0 [demo]", "put_it"},
        {"pc : put_it+0x24/0xa8", "put_it"},
        {"NIP [c0458840] put_it+0x1c/0x58", "put_it"},
        {"epc : put_it+0x20/0xc8", "put_it"},
        {"epc   : 801be4f0 put_it+0x2c/0x78", "put_it"},
        {"ERA: 9000000000224f0c put_it+0x2c/0x78", "put_it"},
        {"Krnl PSW : 0704e00180000000 00000000b05ec33c (put_it+0x3dc/0xca8)", "put_it"},
        {"Krnl PSW : 0704d00180000000 0000000000ebe0b2 put_it (fs/demo.c:353)", "put_it"},
        {"pc: c00000000055ed48: put_it+0x48/0x110", "put_it"},
        {"pc : [0xffffffe27ef867ac] put_it+0xc/0x44", "put_it"},
        {"[exception RIP: put_it+5]", "put_it"},
        {"PC: ffff000008268b5c  [put_it+252]", "put_it"},
    };
    for (const auto& one : cases) {
        auto line = parse_ip_line(one.text);
        ASSERT_TRUE(line) << one.text;
        EXPECT_EQ(line->place.symbol, one.symbol) << one.text;
        EXPECT_FALSE(line->user) << one.text;
        EXPECT_FALSE(line->is_link) << one.text;
    }
}

TEST(IpLine, ReadsPlacesWithoutName) {
    EXPECT_EQ(parse_ip_line("RIP: 0010:0x0")->place.address, 0u);
    EXPECT_EQ(
        parse_ip_line("RIP: 0010:[<0000000000000000>]  [<          (null)>]           (null)")->place.address,
        0u);
    EXPECT_EQ(parse_ip_line("IP: 0xffff880214d12c00")->place.address, 0xffff880214d12c00u);
    EXPECT_TRUE(parse_ip_line("RIP: 0010:0x0")->place.symbol.empty());
    EXPECT_EQ(
        parse_ip_line("epc: ffffffe0002db4d4 ra : ffffffe0002db4d4 sp : ffffffe3eaea7c70")->place.address,
        0xffffffe0002db4d4u);
}

TEST(IpLine, TellsUserSpaceAndTheLinkRegister) {
    EXPECT_TRUE(parse_ip_line("RIP: 0033:0x7f05e8d1a237")->user);
    EXPECT_TRUE(parse_ip_line("RIP: 00007f3ecc5b2c4d  RSP: 00007fff64cd5d58")->user);
    EXPECT_TRUE(parse_ip_line("lr : put_it+0x24/0xa8")->is_link);
    EXPECT_TRUE(parse_ip_line("LR [c0458fdc] put_it+0x2ac/0x308")->is_link);
    EXPECT_TRUE(parse_ip_line(" ra : put_it+0x10/0x40")->is_link);
    EXPECT_FALSE(parse_ip_line("RIP: somewhere"));
    EXPECT_FALSE(parse_ip_line("raid5: cannot start dirty array"));
}

CrashEvent task(std::string_view text) {
    CrashEvent event;
    EXPECT_TRUE(take_task_line(text, event)) << text;
    return event;
}

TEST(TaskLine, ReadsTwentyYearsOfForms) {
    auto modern = task(
        "CPU: 5 UID: 0 PID: 8510 Comm: Isolated Web Co Kdump: loaded Tainted: G        W  OE      "
        "6.12.0-rc1+ #7 PREEMPT(full)");
    EXPECT_EQ(modern.cpu, 5);
    EXPECT_EQ(modern.task.pid, 8510);
    EXPECT_EQ(modern.task.comm, "Isolated Web Co");
    EXPECT_EQ(modern.kernel.taint.flags, "GWOE");
    EXPECT_EQ(modern.kernel.release, "6.12.0-rc1+");
    EXPECT_EQ(modern.kernel.version, "#7");
    auto rhel =
        task("CPU: 5 PID: 8510 Comm: x Tainted: G           OE  ------------ T 3.10.0-1127.el7.x86_64 #1");
    EXPECT_EQ(rhel.kernel.taint.flags, "GOET");
    EXPECT_EQ(rhel.kernel.release, "3.10.0-1127.el7.x86_64");
    auto old = task("Pid: 21908, comm: agent Not tainted 2.6.32-504.el6.x86_64 #1 Some Vendor Model 7");
    EXPECT_EQ(old.task.pid, 21908);
    EXPECT_TRUE(old.kernel.taint.known);
    EXPECT_EQ(old.kernel.taint.flags, "");
    EXPECT_EQ(old.hardware, "Some Vendor Model 7");
    EXPECT_EQ(task("Process Isolated Web Co (pid: 29060, stack limit = 0x33ac522b)").task.comm,
              "Isolated Web Co");
    EXPECT_EQ(task("PID: 9377   TASK: ffff881c65ee5e20  CPU: 29  COMMAND: \"nginx\"").cpu, 29);
    EXPECT_EQ(task("6.0.0+ #39 Not tainted").kernel.release, "6.0.0+");
    EXPECT_EQ(task("CPU: 0    Not tainted  (2.6.33 #1)").kernel.release, "2.6.33");
}

TEST(TaskLine, KeepsWhatIsKnown) {
    auto event = task("CPU: 1 PID: 10 Comm: first Not tainted 5.4.0 #1");
    take_task_line("CPU: 2 PID: 20 Comm: second Tainted: G D 5.4.0 #1", event);
    EXPECT_EQ(event.cpu, 1);
    EXPECT_EQ(event.task.comm, "first");
    EXPECT_EQ(event.kernel.taint.flags, "");
}

TEST(TaskLine, LeavesOtherLinesAlone) {
    CrashEvent event;
    EXPECT_FALSE(take_task_line("CPU features: 0x0002,2000600c", event));
    EXPECT_FALSE(take_task_line("Process accounting resumed", event));
    EXPECT_FALSE(take_task_line("CPU: Physical Processor ID: 0", event));
    EXPECT_FALSE(event.cpu);
}

TEST(ModulesLine, ReadsFlagsAndWhatWasUnloaded) {
    CrashEvent event;
    ASSERT_TRUE(
        take_modules_line("Modules linked in: vboxdrv(OE) ext4 nvme(+) [last unloaded: gone]", event));
    ASSERT_EQ(event.modules.size(), 3u);
    EXPECT_EQ(event.modules[0].flags, "OE");
    EXPECT_EQ(event.modules[2].flags, "+");
    EXPECT_EQ(event.last_unloaded, "gone");
    EXPECT_TRUE(take_more_modules(" ip_vs_rr ip_vs", event));
    EXPECT_FALSE(take_more_modules("CPU: 6 PID: 21465 Comm: kworker/6:0", event));
    EXPECT_FALSE(take_more_modules("eth0: link up, 1000Mbps", event));
    EXPECT_EQ(event.modules.size(), 5u);
}

TEST(CodeLine, PutsBytesInMemoryOrder) {
    auto x86 = parse_code(" 90 90 <f0> ff 4f 1c", false);
    EXPECT_EQ(x86.bytes, (std::vector<std::uint8_t>{0x90, 0x90, 0xf0, 0xff, 0x4f, 0x1c}));
    EXPECT_EQ(x86.fault_offset, 2u);
    auto arm = parse_code("9a820000 (f9406801)", false);
    EXPECT_EQ(arm.bytes, (std::vector<std::uint8_t>{0x00, 0x00, 0x82, 0x9a, 0x01, 0x68, 0x40, 0xf9}));
    EXPECT_EQ(arm.fault_offset, 4u);
    auto ppc = parse_code("XXXXXXXX 60000000 <7d2a4b78>", true);
    EXPECT_EQ(ppc.bytes, (std::vector<std::uint8_t>{0x60, 0, 0, 0, 0x7d, 0x2a, 0x4b, 0x78}));
    auto none = parse_code(" Bad RIP value.", false);
    EXPECT_TRUE(none.bytes.empty());
    EXPECT_EQ(none.text, "Bad RIP value.");
    auto torn = parse_code("48 8b 0", false);
    EXPECT_EQ(torn.bytes.size(), 2u);
}

TEST(CodeLine, ReadsTheListingOfS390) {
    CodeBytes code;
    EXPECT_TRUE(append_listing(code, " 00000000b05ec334: a7f4ff0c          brc     15,00000000b05ec14c"));
    EXPECT_TRUE(append_listing(code, "#00000000b05ec338: af000000          mc      0,0"));
    EXPECT_TRUE(
        append_listing(code, ">00000000b05ec33c: ec76fed8007c      cgij    %r7,0,6,00000000b05ec0ec"));
    EXPECT_FALSE(append_listing(code, "Call Trace:"));
    EXPECT_EQ(code.bytes.size(), 14u);
    EXPECT_EQ(code.fault_offset, 8u);
}

TEST(DieLine, TellsWhatCodeAndNumber) {
    auto oops = parse_die_line("Oops: 0002 [#3] PREEMPT SMP NOPTI");
    ASSERT_TRUE(oops);
    EXPECT_EQ(oops->what, "Oops");
    EXPECT_EQ(oops->code, "0002");
    EXPECT_EQ(oops->number, "3");
    auto protection = parse_die_line(
        "Oops: general protection fault, probably for non-canonical address 0x6b6b: 0000 [#1] SMP");
    EXPECT_EQ(protection->what, "general protection fault, probably for non-canonical address 0x6b6b");
    EXPECT_EQ(parse_die_line("Internal error: Oops - BUG: 0 [#1] SMP ARM")->what, "BUG");
    EXPECT_EQ(parse_die_line("illegal operation: 0001 ilc:3 [#1] SMP")->code, "0001");
    EXPECT_EQ(parse_die_line("Oops: Kernel access of bad area, sig: 11 [#1]")->what,
              "Kernel access of bad area");
    EXPECT_EQ(parse_die_line("Oops[#1]:")->what, "Oops");
    EXPECT_FALSE(parse_die_line("see issue [#1234"));
    EXPECT_FALSE(parse_die_line("[#1] SMP"));
}

TEST(FaultLine, ReadsAccessAndCode) {
    CrashEvent event;
    EXPECT_TRUE(take_fault_line("#PF: supervisor instruction fetch in kernel mode", event));
    EXPECT_TRUE(take_fault_line("#PF: error_code(0x0010) - not-present page", event));
    EXPECT_EQ(event.access, Access::execute);
    EXPECT_EQ(event.error_code, "0010");
    CrashEvent arm;
    EXPECT_TRUE(take_fault_line("  ESR = 0x0000000096000005", arm));
    EXPECT_TRUE(take_fault_line("  CM = 0, WnR = 1", arm));
    EXPECT_EQ(arm.error_code, "96000005");
    EXPECT_EQ(arm.access, Access::write);
}

}  // namespace
}  // namespace inquest
