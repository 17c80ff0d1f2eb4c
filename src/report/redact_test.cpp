#include "report/redact.h"

#include <gtest/gtest.h>

#include "report/renderer.h"
#include "report/samples_test.h"

namespace inquest {
namespace {

std::string redacted(std::string_view text) { return Redactor().text(text); }

TEST(Redactor, ReplacesWhatIdentifies) {
    struct Case {
        std::string_view text, expected;
    };
    for (auto [text, expected] : {
             Case{"from 10.1.2.3 to 10.1.2.4:2049, again 10.1.2.3.", "from ip-1 to ip-2:2049, again ip-1."},
             {"[fe80::a00:27ff:fe4e:66a1]:80 and 2001:db8:0:0:1:0:0:1", "[ip-1]:80 and ip-2"},
             {"MAC=52:54:00:12:34:56:08:00:27:00:00:01:08:00 SRC=192.168.7.9", "MAC=mac-1 SRC=ip-1"},
             {"eth0: 52-54-00-12-34-56", "eth0: mac-1"},
             {"(buildd@lcy01-amd64-027.buildd.ubuntu.com) <jane.doe@example.org>", "(mail-1) <mail-2>"},
             {"root=UUID=0b5ee6a9-7dcb-4b5a-9c4e-0123456789ab", "root=UUID=uuid-1"},
             {"kubepods-pod0b5ee6a9_7dcb_4b5a_9c4e_0123456789ab.slice", "kubepods-poduuid-1.slice"},
             {"cache kmalloc-256(15:94ef86...)", "cache kmalloc-256(15:container-1...)"},
             {"/docker/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
              "/docker/container-1"},
             {"task_memcg=/system.slice/docker-94ef86aabbcc.scope",
              "task_memcg=/system.slice/docker-container-1.scope"},
             {"usb 1-1: SerialNumber: 4C530001230", "usb 1-1: SerialNumber: serial-1"},
             {"/home/jane/src/x.c and /home/jane", "/home/user-1/src/x.c and /home/user-1"},
             {"nfs: server files7 not responding", "nfs: server host-1 not responding"},
         })
        EXPECT_EQ(redacted(text), expected) << text;
}

TEST(Redactor, LeavesTheEvidenceAlone) {
    for (std::string_view text :
         {"RIP: 0010:__free_pages+0x5/0x40 [ceph]",
          "RSP: 0018:ffff881f66bbfce0 EFLAGS: 00010246",
          "RAX: 00000000fffffe00 RBX: 0000000000001a86 RCX: ffff881f66bbffd8",
          "CR2: 000000000000001c",
          "FS:  00007ffbedffb700(0000) GS:ffff93b927880000(0000) knlGS:0000000000000000",
          "Code: 45 00 e9 e9 00 00 00 48 89 ef <f0> ff 4f 1c 75 25 53 48 89 f2",
          "Code: f9400000 b4000060 (b940d000)",
          "Hardware name: X, BIOS 1.16.2-debian-1.16.2-1 04/01/2014",
          "BIOS 0.0.0 02/06/2015",
          "Hardware name: Y, BIOS 2.1.0.4 04/01/2014",
          "0xffffffffa0123456",
          "ffffffff81059beb",
          "pci 0000:00:1f.2: [8086:2922] type 00",
          "Serial: 8250/16550 driver, 4 ports, IRQ sharing enabled",
          "serial8250: ttyS0 at I/O 0x3f8",
          "3.10.0-514.26.2.el7.x86_64",
          "5.4.0-122-generic #138-Ubuntu SMP",
          "4.19.91-22.2.al7.x86_64",
          "time 12:34:56 and 00:11:22",
          "getty@tty1.service",
          "127.0.0.1",
          "0.0.0.0",
          "core::panicking::panic_fmt",
          "kmalloc-256(15:session)",
          "list_del corruption. prev->next is LIST_POISON2"})
        EXPECT_EQ(redacted(text), text);
}

TEST(Redactor, KeepsAReleaseThatLooksLikeAnAddress) {
    Redactor redactor;
    redactor.keep("2.6.32.12");
    EXPECT_EQ(redactor.text("Pid: 1 Not tainted 2.6.32.12 on 10.0.0.1"),
              "Pid: 1 Not tainted 2.6.32.12 on ip-1");
}

TEST(Redactor, KnowsHostsAsWordsInBothForms) {
    Redactor redactor;
    redactor.learn_host("db7.example.com");
    EXPECT_EQ(redactor.text("db7 (db7.example.com) is not db77, mydb7 or db7_x"),
              "host-1 (host-1) is not db77, mydb7 or db7_x");
}

TEST(Redactor, IsStableAcrossReports) {
    Redactor redactor;
    Report first, second;
    first.problems = {"10.0.0.1 and 10.0.0.2"};
    second.problems = {"10.0.0.2"};
    redactor.apply(first);
    redactor.apply(second);
    EXPECT_EQ(second.problems[0], "ip-2");
}

TEST(Redact, LeavesNothingInAnyFormat) {
    const std::string secrets =
        "10.9.8.7 fe80::1:2 aa:bb:cc:dd:ee:ff x.y@corp.example 0b5ee6a9-7dcb-4b5a-9c4e-0123456789ab vault9 "
        "/home/alice/";
    Report report = fixture::kasan();
    report.host = {"vault9", secrets, {}, {}, {}};
    report.input.path = "/home/alice/vault9.log";
    report.problems = {secrets};
    report.kernel.version = secrets;
    CrashEvent& e = report.events[1];
    for (std::string* field :
         {&e.kernel.version, &e.title, &e.task.comm, &e.hardware, &e.workqueue, &e.headline, &e.guilty.reason,
          &e.corruption, &e.verdict.summary, &e.verdict.object.state})
        *field = secrets;
    e.corrupted = true;
    e.trace[0].file = e.stacks[0].title = e.stacks[0].frames[0].file = secrets;
    e.facts.push_back({"task_memcg", secrets, 1});
    e.excerpt = e.verdict.evidence = {{secrets, secrets},
                                      {"May 25 20:50:48 syslogger kernel: oops on syslogger", ""}};
    e.verdict.next_steps = {secrets};
    report.verdict = e.verdict;
    report.findings[0].title = report.findings[0].statement = secrets;
    report.findings[0].evidence = {{secrets, secrets}};
    report.findings[0].advice = {secrets};
    report.known_issues = fixture::overlayfs().known_issues;
    report.known_issues[0].events = {2};
    report.known_issues[0].matched = {{"kind", secrets}};
    redact(report);
    for (const Renderer* renderer : all_renderers()) {
        std::string out = renderer->render(report, {});
        for (std::string_view secret :
             {"10.9.8.7", "fe80", "aa:bb", "corp.example", "0b5ee6a9", "vault9", "alice", "syslogger"})
            EXPECT_EQ(out.find(secret), out.npos) << renderer->name << " shows " << secret;
    }
}

}  // namespace
}  // namespace inquest
