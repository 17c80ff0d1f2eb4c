#include "crashlog/kinds/kind_test.h"

namespace inquest {
namespace {

TEST(Xmon, NamesThePlaceOfABug) {
    auto event = event_of(
        {"kernel BUG at mm/wombat.c:304!", "cpu 0x1: Vector: 700 (Program Check) at [c000000007287630]",
         "    pc: c00000000055ed48: wombat_free+0x48/0x110",
         "    lr: c00000000055ed40: wombat_free+0x40/0x110", "    sp: c0000000072878c0",
         "   msr: 8000000002029033", "  current = 0xc000000007250000",
         "  paca    = 0xc000000003ba0000   irqmask: 0x03   irq_happened: 0x01",
         "    pid   = 812, comm = wombatd", "kernel BUG at mm/wombat.c:304!", "enter ? for help",
         "[c0000000072878c0] c00000000055ed40 wombat_free+0x40/0x110 (unreliable)",
         "[c000000007287930] c00000000055f000 wombat_exit+0x30/0x90"});
    EXPECT_EQ(event.kind, Kind::kernel_bug);
    EXPECT_EQ(event.title, "kernel BUG in wombat_free");
    EXPECT_EQ(event.ip.symbol, "wombat_free");
    EXPECT_EQ(event.ip.address, 0xc00000000055ed48u);
    EXPECT_EQ(event.task.comm, "wombatd");
    EXPECT_EQ(event.cpu, 1);
    EXPECT_EQ(event.kernel.arch, "ppc64");
    ASSERT_EQ(event.trace.size(), 2u);
    EXPECT_EQ(event.trace[1].symbol, "wombat_exit");
}

TEST(Xmon, IsAReportWithoutAHeader) {
    auto event = event_of({"cpu 0x0: Vector: 300 (Data Access) at [c0000000d8587790]",
                           "    pc: c00000000008b6f0: wombat_read+0x150/0x210",
                           "    lr: c00000000008b720: wombat_read+0x180/0x210", "    sp: c0000000d8587a20",
                           "   msr: 800000000280b033", "   dar: 38", " dsisr: 40000000",
                           "    pid   = 1220, comm = wombatd",
                           "[c0000000d8587a20] c0000000004c26e4 vfs_read+0xe4/0x200"});
    EXPECT_EQ(event.kind, Kind::null_pointer_dereference);
    EXPECT_EQ(event.fault_address, 0x38u);
}

TEST(Xmon, TheOopsBehindItIsTheSameCrash) {
    auto event = event_of(
        {"BUG: Kernel NULL pointer dereference on read at 0x00000000",
         "Faulting instruction address: 0xc000000000c973c0",
         "cpu 0x1: Vector: 300 (Data Access) at [c000000006f97640]",
         "    pc: c000000000c973c0: wombat_put+0x20/0x70", "    lr: c000000000d28dd8: wombat_unref+0x58/0x90",
         "    pid   = 1524, comm = wombatd",
         "Linux version 6.12.0-wombat (builder@host) (gcc version 14.2.0) #1 SMP Fri Oct  4 08:55:45 CEST "
         "2024",
         "enter ? for help", "[c000000006f97960] c000000000d28dd8 wombat_unref+0x58/0x90",
         "1:mon>  <no input ...>", "Oops: Kernel access of bad area, sig: 11 [#1]",
         "BE PAGE_SIZE=4K MMU=Hash SMP NR_CPUS=2",
         "NIP:  c000000000c973c0 LR: c000000000d28dd8 CTR: c000000000d07af0",
         "NIP [c000000000c973c0] wombat_put+0x20/0x70", "LR [c000000000d28dd8] wombat_unref+0x58/0x90",
         "Call Trace:", "[c000000006f97960] [c000000000d28dd8] wombat_unref+0x58/0x90",
         "---[ end trace 0000000000000000 ]---"});
    EXPECT_EQ(event.kernel.release, "6.12.0-wombat");
    EXPECT_EQ(event.ip.symbol, "wombat_put");
}

TEST(PowerPc, TellsTheByteOrderByMsr) {
    auto event = event_of({"BUG: Kernel NULL pointer dereference on read at 0x00000000",
                           "Faulting instruction address: 0xc0000000008e2400",
                           "Oops: Kernel access of bad area, sig: 11 [#1]",
                           "CPU: 1 PID: 1 Comm: wombatd Not tainted 5.17.0 #29",
                           "NIP:  c0000000008e2400 LR: c000000000d65db0 CTR: c000000000f0bb60",
                           "REGS: c0000000125033e0 TRAP: 0380   Not tainted  (5.17.0)",
                           "MSR:  9000000000009033 <SF,HV,EE,ME,IR,DR,RI,LE>  CR: 42800c40  XER: 00000000",
                           "NIP [c0000000008e2400] wombat_copy+0x20/0x60",
                           "Call Trace:", "[c000000012503680] [c000000000d65b40] wombat_fill+0x30/0x60"});
    EXPECT_EQ(event.kernel.arch, "ppc64le");
}

TEST(PowerPc, TheSignalTellsWhatAProgramCheckWas) {
    auto die = [](std::string_view line) {
        return event_of({line, "NIP [c0000000008e2400] wombat_copy+0x20/0x60",
                         "Call Trace:", "[c000000012503680] [c000000000d65b40] wombat_fill+0x30/0x60"});
    };
    EXPECT_EQ(die("Oops: Exception in kernel mode, sig: 4 [#1]").kind, Kind::invalid_opcode);
    EXPECT_EQ(die("Oops: Exception in kernel mode, sig: 5 [#1]").kind, Kind::kernel_bug);
}

TEST(Xmon, ItsBannerBeginsNoBoot) {
    auto events = events_of(
        "kernel BUG at :5521!\ncpu 0x1: Vector: 700 (Program Check) at [c0000000072876d0]\n"
        "    pc: c00000000053ca00: wombat_free+0x10/0x110\n    lr: c00000000053ca70: x+0x80/0xd0\n"
        "    pid   = 26531, comm = wombatd\nkernel BUG at :5521!\n"
        "Linux version 5.19.0-wombat (builder@host) (gcc 9.4.0) #625 SMP Thu Jun 23 2022\n"
        "enter ? for help\n1:mon> t\n[c0000000072878d0] c00000000053ca54 wombat_exit+0x64/0xd0\n");
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].ip.symbol, "wombat_free");
    EXPECT_EQ(events[0].kernel.release, "5.19.0-wombat");
    EXPECT_EQ(events[0].trace.size(), 1U);
}

}  // namespace
}  // namespace inquest
