#include "crashlog/unwrap.h"

#include <gtest/gtest.h>

#include "crashlog/source.h"

namespace inquest {
namespace {

std::vector<std::string> texts(std::string_view log) {
    std::vector<std::string> found;
    auto source = open_text(log);
    while (const Line* line = source->next()) found.emplace_back(line->text);
    return found;
}

using Texts = std::vector<std::string>;

TEST(Unwrap, StampedLinesTakeWhatHasNone) {
    EXPECT_EQ(texts("[   12.000001] BUG: unable to handle page fault for address:\n"
                    "ffffed104565bc78\n"
                    "[   12.000002] CPU: 1 PID: 27905 Comm: kworker/1:2 Not tainted\n"
                    "5.16.5-200.x86_64 #1\n"
                    "[   12.000003] Hardware name: Some Vendor 20QDS3E200/20QDS3E200,\n"
                    "BIOS N2HET66W (1.49 ) 11/10/2021\n"
                    "[   12.000004] RAX: 0000000000000054 RBX: ffff93e01fa2f540\n"
                    "RCX: 0000000000000000\n"
                    "[   12.000005] Code: c7 c7 38 a8 64 91 e8 47 d8 fd ff 0f 0b 48\n"
                    "89 fe <0f> 0b\n"),
              (Texts{"BUG: unable to handle page fault for address: ffffed104565bc78",
                     "CPU: 1 PID: 27905 Comm: kworker/1:2 Not tainted 5.16.5-200.x86_64 #1",
                     "Hardware name: Some Vendor 20QDS3E200/20QDS3E200, BIOS N2HET66W (1.49 ) 11/10/2021",
                     "RAX: 0000000000000054 RBX: ffff93e01fa2f540 RCX: 0000000000000000",
                     "Code: c7 c7 38 a8 64 91 e8 47 d8 fd ff 0f 0b 48 89 fe <0f> 0b"}));
}

TEST(Unwrap, QuotedLinesToo) {
    EXPECT_EQ(
        texts("> > RDX: ffffc90021ebfd48 RSI: ffff88bfad8d3890 RDI:\n> > 0000000000000000\n> > Thanks\n"),
        (Texts{"RDX: ffffc90021ebfd48 RSI: ffff88bfad8d3890 RDI: 0000000000000000", "Thanks"}));
}

TEST(Unwrap, GrammarTellsWithoutTimeStamps) {
    EXPECT_EQ(texts("------------[ cut here\n]------------\n"
                    "WARNING: CPU: 2 PID: 66 at kernel/locking/rwsem.c:1298\n__up_read+0x1e8/0x270\n"
                    "Modules linked in: snd_hda_intel ext4(E)\nvboxdrv(OE) xfs\n"
                    "RIP:\n0010:call_rwsem_wake+0x1c/0x3b0\n"
                    " scsi_dispatch_cmd+0x1/0x2\n[scsi_mod]\n"),
              (Texts{"------------[ cut here ]------------",
                     "WARNING: CPU: 2 PID: 66 at kernel/locking/rwsem.c:1298 __up_read+0x1e8/0x270",
                     "Modules linked in: snd_hda_intel ext4(E) vboxdrv(OE) xfs",
                     "RIP: 0010:call_rwsem_wake+0x1c/0x3b0", " scsi_dispatch_cmd+0x1/0x2 [scsi_mod]"}));
}

TEST(Unwrap, LinesThatAreCompleteStayAlone) {
    std::string_view log =
        "[   12.000001]  entry_SYSCALL_64_after_hwframe+0x44/0xa9\n"
        "Starting the next test, which prints something long after the trace\n"
        "[   12.000002] Call Trace:\n"
        "executing program\n";
    EXPECT_EQ(texts(log).size(), 4u);
}

TEST(Unwrap, TablesBelowAMessageStayLines) {
    EXPECT_EQ(
        texts("[    8.532575] Krnl Code: 00000000b05ec32e: c0e500187331      brasl   %r14,00000000b08fa990\n"
              "                          00000000b05ec334: a7f4ff0c          brc     15,00000000b05ec14c\n")
            .size(),
        2u);
}

TEST(Unwrap, ConsoleWithLongLinesIsNotWrapped) {
    std::string log;
    for (int i = 0; i < 20; ++i)
        log +=
            "[   12.000001] a line that is much longer than any mailer would have left it without breaking "
            "it up\n";
    log += "[   12.000002] device eth0 entered promiscuous mode and is very busy now\nprogram-output: 1\n";
    EXPECT_EQ(texts(log).size(), 22u);
}

TEST(Unwrap, FlowedTextGoesOnBehindABlank) {
    EXPECT_EQ(texts("[  105.434454] Hardware name: Some Server 2280 V2/BC82AMDC, BIOS \n2280-V2 CS "
                    "V5.B143.01 04/22/2021\n"),
              (Texts{"Hardware name: Some Server 2280 V2/BC82AMDC, BIOS 2280-V2 CS V5.B143.01 04/22/2021"}));
}

TEST(Unwrap, BreaksAtHyphensLeaveNoBlank) {
    EXPECT_EQ(
        texts(
            "[  206.744625] REGS: c00000002b4ef440 TRAP: 0300   Not tainted  (5.6.0-\nrc2-next-20200221)\n"),
        (Texts{"REGS: c00000002b4ef440 TRAP: 0300   Not tainted  (5.6.0-rc2-next-20200221)"}));
}

TEST(Unwrap, NumberIsOfTheFirstLine) {
    auto source =
        open_text("[    1.000000] RAX: 1122334455667788 RBX:\n1122334455667788\n[    1.000000] next\n");
    EXPECT_EQ(source->next()->number, 1u);
    EXPECT_EQ(source->next()->number, 3u);
}

TEST(Unwrap, TheNumberOfAnOopsBelongsToIt) {
    EXPECT_EQ(texts("[    1.000001] Internal error: ptrace BRK handler: f20003e8\n[#1] PREEMPT SMP\n"
                    "[    1.000002] Oops: general protection fault, probably for non-canonical address\n"
                    "0xdffffc0000000000: 0000 [#2] SMP\n"),
              (Texts{"Internal error: ptrace BRK handler: f20003e8 [#1] PREEMPT SMP",
                     "Oops: general protection fault, probably for non-canonical address 0xdffffc0000000000: "
                     "0000 [#2] SMP"}));
}

TEST(Unwrap, AParagraphThatAMailerFilledAnew) {
    EXPECT_EQ(
        texts("[  243.000001] INFO: task wombat:10 blocked for\n"
              "more than 122 seconds. [  243.000002]       Not tainted\n"
              "6.6.0+ #1 [  243.000003] \"echo 0 > /proc/sys/kernel/hung_task_timeout_secs\" disables this\n"
              "message. [  243.000004] Call trace:\n"),
        (Texts{"INFO: task wombat:10 blocked for more than 122 seconds.", "      Not tainted 6.6.0+ #1",
               "\"echo 0 > /proc/sys/kernel/hung_task_timeout_secs\" disables this message.",
               "Call trace:"}));
}

TEST(Unwrap, ADecodedWarningToo) {
    EXPECT_EQ(
        texts("WARNING: CPU: 0 PID: 8688 at lib/wombat.c:190  \nwombat_get lib/wombat.c:190 [inline]\n"
              "Krnl PSW : 0704d00180000000 0000000000ebe0b2 wombat_put\n(/build/linux/lib/wombat.c:353)\n"),
        (Texts{"WARNING: CPU: 0 PID: 8688 at lib/wombat.c:190 wombat_get lib/wombat.c:190 [inline]",
               "Krnl PSW : 0704d00180000000 0000000000ebe0b2 wombat_put (/build/linux/lib/wombat.c:353)"}));
}

}  // namespace
}  // namespace inquest
