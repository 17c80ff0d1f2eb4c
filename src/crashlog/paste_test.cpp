#include "crashlog/paste.h"

#include <gtest/gtest.h>

#include "crashlog/source.h"

namespace inquest {
namespace {

using Texts = std::vector<std::string>;

Texts texts(std::string_view log) {
    Texts found;
    auto source = open_text(log);
    while (const Line* line = source->next()) found.emplace_back(line->text);
    return found;
}

TEST(Paste, TimeStampsSplitALine) {
    auto source =
        open_text("[3624965.306801] Call Trace: [3624965.306802] [<ffffffff8f37ffa5>] panic+0x19/0x1b\n");
    const Line* line = source->next();
    EXPECT_EQ(line->text, "Call Trace:");
    EXPECT_EQ(line->time_us, 3624965306801);
    line = source->next();
    EXPECT_EQ(line->text, "[<ffffffff8f37ffa5>] panic+0x19/0x1b");
    EXPECT_EQ(line->number, 1u);
    EXPECT_EQ(source->next(), nullptr);
}

TEST(Paste, ProseInFrontOfTheFirstStampIsALineOfItsOwn) {
    EXPECT_EQ(texts("Console output: [   12.345678] Call Trace:\n"),
              (Texts{"Console output:", "Call Trace:"}));
}

TEST(Paste, ProseBehindTheLastMessageIsTold) {
    EXPECT_EQ(
        texts(
            "[    9.835792] DR3: 0000000000000000 DR6: 00000000fffe0ff0 DR7: 0000000000000400Cause of it\n"),
        (Texts{"DR3: 0000000000000000 DR6: 00000000fffe0ff0 DR7: 0000000000000400", "Cause of it"}));
    EXPECT_EQ(texts("[    9.835792] do_syscall_64+0x5b/0x190The kernel crashed\n"),
              (Texts{"do_syscall_64+0x5b/0x190", "The kernel crashed"}));
}

TEST(Paste, SyslogHeadsStayWithTheirStamps) {
    EXPECT_EQ(
        texts("Jul 31 13:23:12 h kernel: [   12.345678] one Jul 31 13:23:13 h kernel: [   13.345678] two\n"),
        (Texts{"one", "two"}));
    EXPECT_EQ(texts("<4>[   12.345678] one <6>[   12.345679] two\n"), (Texts{"one", "two"}));
}

TEST(Paste, MailOnOneLineIsSplitAtItsQuoteMarks) {
    std::string mail =
        "On Monday someone wrote: > > I see this: > > > > [20213.578756] BUG: kernel NULL pointer "
        "dereference, address: > > "
        "0000000000000000 > > [20213.578785] #PF: supervisor instruction fetch in kernel mode > > "
        "[20213.578894] Code: Bad "
        "RIP value. > > > > Please note that the kernel is ours > and old. ";
    EXPECT_EQ(texts(mail), (Texts{"On Monday someone wrote:", "I see this:",
                                  "BUG: kernel NULL pointer dereference, address: 0000000000000000",
                                  "#PF: supervisor instruction fetch in kernel mode", "Code: Bad RIP value.",
                                  "Please note that the kernel is ours > and old."}));
}

TEST(Paste, WithoutStampsConstructsSplit) {
    std::string oops =
        "BUG: unable to handle kernel NULL pointer dereference at 0000000000000008 IP: [<ffffffff81234567>] "
        "foo+0x17/0x40 "
        "PGD 0 Oops: 0000 [#1] SMP Modules linked in: ext4 jbd2 CPU: 0 PID: 1 Comm: x Not tainted 3.10.0 #1 "
        "Call Trace: "
        "[<ffffffff81234568>] bar+0x1/0x2 [<ffffffff81234569>] ? baz+0x3/0x4 [ext4] Code: 00 11";
    EXPECT_EQ(texts(oops),
              (Texts{"BUG: unable to handle kernel NULL pointer dereference at 0000000000000008",
                     "IP: [<ffffffff81234567>] foo+0x17/0x40", "PGD 0", "Oops: 0000 [#1] SMP",
                     "Modules linked in: ext4 jbd2", "CPU: 0 PID: 1 Comm: x Not tainted 3.10.0 #1",
                     "Call Trace:", "[<ffffffff81234568>] bar+0x1/0x2",
                     "[<ffffffff81234569>] ? baz+0x3/0x4 [ext4]", "Code: 00 11"}));
}

TEST(Paste, EscapedLineFeedsSplit) {
    EXPECT_EQ(texts(R"("[    1.000000] one\n[    1.000001] two\n[    1.000002] three")"),
              (Texts{"one", "two", "three\""}));
}

TEST(Paste, AnUnknownPrefixThatRepeatsIsDropped) {
    EXPECT_EQ(texts("node-a: [    1.000000] one\nnode-a: [    1.000001] two\nnode-a: [    1.000002] three\n"),
              (Texts{"node-a:", "one", "two", "three"}));
    EXPECT_EQ(texts("1 [    1.000000] one\n2 [    1.000001] two\n"), (Texts{"one", "two"}));
}

TEST(Paste, ColumnsOfNumbersAreDropped) {
    EXPECT_EQ(texts("00515 Call trace:\n00515  foo+0x1/0x2\n00516 starting\n"),
              (Texts{"00515 Call trace:", " foo+0x1/0x2", "starting"}));
}

TEST(Paste, NoStampInsideABracketedNumber) {
    EXPECT_EQ(texts("[    1.000000] [ 1799]     0  1799    12345 [<ffffffff8106dd4f>]\n"),
              (Texts{"[ 1799]     0  1799    12345 [<ffffffff8106dd4f>]"}));
}

}  // namespace
}  // namespace inquest
