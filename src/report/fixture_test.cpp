#include "report/fixture_test.h"

namespace inquest::fixture {
namespace {

Frame frame(std::string symbol, std::uint64_t offset, std::uint64_t size, std::string module = {},
            bool reliable = true) {
    Frame f;
    f.symbol = std::move(symbol);
    f.offset = offset;
    if (size) f.size = size;
    f.module = std::move(module);
    f.reliable = reliable;
    return f;
}

void primary(Report& report) {
    for (CrashEvent& event : report.events)
        if (event.primary) report.kernel = event.kernel, report.verdict = event.verdict;
    report.boots = 1;
}

}  // namespace

Report ceph() {
    Report report;
    report.input = {"003.txt", "log", "transcript", 10722, 260};
    report.host.cpus = 32;
    report.host.memory = std::uint64_t{128} << 30;
    CrashEvent e;
    e.id = 1;
    e.kernel.release = "3.10.0-514.26.2.el7.x86_64";
    e.kernel.arch = "x86_64";
    e.kernel.distribution = "RHEL/CentOS 7";
    e.kind = Kind::null_pointer_dereference;
    e.title = "BUG: unable to handle kernel NULL pointer dereference in __free_pages";
    e.headline = "BUG: unable to handle kernel NULL pointer dereference at 000000000000001c";
    e.severity = Severity::fatal;
    e.primary = true;
    e.time = 3 * 3600 + 43 * 60 + 14;
    e.cpu = 29;
    e.task = {9377, "nginx"};
    static_cast<CodeRef&>(e.ip) = {"__free_pages", 5, std::nullopt, "", 0xffffffff8118a075};
    e.fault_address = 0x1c;
    e.access = Access::write;
    e.guilty = {"ceph_aio_read", "ceph", "it called __free_pages, which only uses its argument"};
    e.registers = {
        {"rax", 0xfffffe00},  {"rbx", 0x1a86}, {"rcx", 0xffff881f66bbffd8}, {"rdx", 0},
        {"rsi", 0},           {"rdi", 0},      {"rsp", 0xffff881f66bbfce0}, {"rip", 0xffffffff8118a075},
        {"r13", std::nullopt}};
    e.instruction = {"lock decl 0x1c(%rdi)", "0x1c(%rdi)", 0x1c, "rdi", 0x1c, true};
    e.trace = {frame("machine_kexec", 0x1b, 0),
               frame("oops_end", 0xa8, 0),
               frame("async_page_fault", 0x28, 0),
               frame("__free_pages", 5, 0),
               frame("ceph_aio_read", 0x5e1, 0, "ceph"),
               frame("do_sync_read", 0x8d, 0),
               frame("vfs_read", 0x9e, 0),
               frame("sys_read", 0x7f, 0)};
    e.lines = {38, 92};
    e.signature = "9f1c22d04b7a6e35";
    e.verdict.summary = "ceph_aio_read passed a NULL struct page * to __free_pages";
    e.verdict.cause = Cause::null_argument;
    e.verdict.confidence = 0.95;
    e.verdict.object.type = "struct page *";
    e.verdict.suspect = {"ceph", "ceph_aio_read"};
    e.verdict.evidence = {
        {"rdi (page) = 0", "register rdi"},
        {"page+0x1c written", "instruction"},
        {"RDX: 0000000000000000 RSI: 0000000000000000 RDI: 0000000000000000", "log line 70"},
        {"[exception RIP: __free_pages+5]", "log line 64"}};
    e.excerpt = {{"PANIC: \"BUG: unable to handle kernel NULL pointer dereference at 000000000000001c\"",
                  "log line 27"},
                 {"[exception RIP: __free_pages+5]", "log line 64"}};
    report.events.push_back(e);
    IssueMatch issue;
    issue.id = "ceph-read-free-null-page";
    issue.title = "ceph: NULL page freed on error";
    issue.confidence = 0.93;
    issue.events = {1};
    issue.status = IssueStatus::affected;
    issue.status_reason =
        "3.10.0-514.26.2.el7 has the read path of 3.10.0-283.el7 and no later kernel is known to be fixed";
    issue.matched = {{"function __free_pages", "exception RIP: __free_pages+5, log line 64"},
                     {"caller ceph_aio_read", "#11 ceph_aio_read [ceph], log line 76"}};
    issue.cause =
        "A read at the end of a file asks for the size; when that is interrupted, the error path frees a "
        "page "
        "that was never allocated.";
    issue.remedies = {{"Update the kernel", "yum update kernel && reboot", "reboot"}};
    issue.affected = {"RHEL/CentOS 7: from 3.10.0-283.el7"};
    issue.references = {{"ceph: fix error handling in ceph_read_iter (0d7718f666be)", ""}};
    report.known_issues.push_back(issue);
    primary(report);
    return report;
}

Report overlayfs() {
    Report report;
    report.input = {"000.txt", "log", "dmesg", 4146, 70};
    CrashEvent e;
    e.id = 1;
    e.kind = Kind::null_pointer_dereference;
    e.title = "BUG: unable to handle kernel NULL pointer dereference in _raw_spin_lock";
    e.severity = Severity::fatal;
    e.primary = true;
    e.time = 49.804600;
    static_cast<CodeRef&>(e.ip) = {"_raw_spin_lock", 0xc, 0x20, "", std::nullopt};
    e.fault_address = 0x88;
    e.guilty = {"d_delete", "", "_raw_spin_lock only takes the lock it is given"};
    e.registers = {{"rdi", 0x88}, {"cr2", 0x88}};
    e.trace = {frame("d_delete", 0x2c, 0xb0), frame("vfs_rmdir", 0xfd, 0x120),
               frame("do_rmdir", 0x14f, 0x1a0)};
    e.modules = {{"pvpanic", ""}, {"cirrusfb", ""}};
    e.lines = {11, 48};
    e.corrupted = true;
    e.corruption = "the first lines of the oops are missing";
    e.verdict.summary = "the lock that d_delete takes lies in a dentry's NULL inode";
    e.verdict.cause = Cause::null_argument;
    e.verdict.confidence = 0.7;
    e.verdict.evidence = {{"rdi = 0x88 = CR2", "register rdi"}, {"CR2: 0000000000000088", "log line 16"}};
    report.events.push_back(e);
    IssueMatch issue;
    issue.id = "overlayfs-dentry-leak";
    issue.title = "overlayfs: dentry reference leak in ovl_get_redirect";
    issue.confidence = 0.9;
    issue.events = {1};
    issue.status_reason = "the log names no kernel release";
    issue.cause = "The parent's name is read without its lock.";
    issue.lanes.lanes = {"CPU 0: ovl_get_redirect", "CPU 1: rename"};
    issue.lanes.steps = {
        {0, "reads d_parent without lock"}, {1, "moves the dentry"}, {0, "drops the wrong parent"}};
    issue.remedies = {{"Update the kernel", "sudo yum update kernel", "reboot"}};
    issue.affected = {"Alibaba Cloud Linux 2: 4.19.91-22.2.al7 or earlier", "upstream: before 5.10.15, 5.11"};
    issue.references = {
        {"ovl: fix dentry leak in ovl_get_redirect", "https://git.kernel.org/linus/e04527fefba6"}};
    report.known_issues.push_back(issue);
    primary(report);
    return report;
}

Report out_of_memory() {
    Report report;
    report.input = {"-", "log", "syslog", 90000, 900};
    report.host.name = "db7";
    CrashEvent e;
    e.id = 1;
    e.kernel.release = "3.10.0-957.21.3.el7.x86_64";
    e.kernel.taint = {"", true};
    e.kind = Kind::oom_panic;
    e.title = "Kernel panic - not syncing: Out of memory: system-wide panic_on_oom is enabled";
    e.headline = e.title;
    e.severity = Severity::fatal;
    e.primary = true;
    e.time = 3600 * 100;
    e.task = {812, "java"};
    static_cast<CodeRef&>(e.ip) = {"panic", 0xe8, 0x21f, "", std::nullopt};
    e.facts = {{"panic_on_oom", "1", 880}, {"mem_total", "32 GiB", 0}};
    e.lines = {700, 890};
    e.verdict.summary = "memory was exhausted and vm.panic_on_oom=1 tells the kernel to panic then";
    e.verdict.cause = Cause::configuration;
    e.verdict.confidence = 1;
    e.verdict.evidence = {{"system-wide panic_on_oom is enabled", "log line 880"}};
    e.verdict.next_steps = {"sysctl vm.panic_on_oom=0 lets the OOM killer work instead"};
    report.events.push_back(e);
    primary(report);
    return report;
}

Report kasan() {
    Report report;
    report.input = {"console.log", "log", "dmesg", 20000, 400};
    CrashEvent warning;
    warning.id = 1;
    warning.kernel.release = "6.1.0-50-cloud-amd64";
    warning.kernel.taint = {"OE", true};
    warning.kind = Kind::warning;
    warning.title = "WARNING in dentry_free";
    warning.headline = "WARNING: CPU: 1 PID: 9 at fs/dcache.c:338 dentry_free+0x60/0x90";
    warning.severity = Severity::warning;
    warning.first_sign = true;
    warning.time = 100.25;
    static_cast<CodeRef&>(warning.ip) = {"dentry_free", 0x60, 0x90, "", std::nullopt};
    warning.repeats = 146;
    warning.lines = {40, 70};
    CrashEvent e = warning;
    e.id = 2;
    e.kind = Kind::kasan;
    e.title = "KASAN: slab-use-after-free Read in foo_release";
    e.headline = "BUG: KASAN: slab-use-after-free in foo_release+0x10/0x80 [foo]";
    e.severity = Severity::error;
    e.primary = true;
    e.first_sign = false;
    e.repeats = 1;
    e.time = 120.5;
    e.cpu = 1;
    e.task = {77, "kworker/1:2"};
    e.workqueue = "events foo_work [foo]";
    static_cast<CodeRef&>(e.ip) = {"foo_release", 0x10, 0x80, "foo", std::nullopt};
    e.fault_address = 0xffff888012345678;
    e.access = Access::read;
    e.guilty = {"foo_release", "foo", "the first function that is no plumbing"};
    e.modules = {{"foo", "OE"}, {"xfs", ""}};
    e.trace = {frame("dump_stack_lvl", 0x34, 0x48),    frame("print_report", 0x171, 0x486),
               frame("kasan_report", 0xc6, 0x100),     frame("foo_release", 0x10, 0x80, "foo"),
               frame("vfs_read", 0x1, 0x3, "", false), frame("process_one_work", 0x221, 0x400)};
    e.stacks = {{"Allocated by task 12",
                 12,
                 std::nullopt,
                 {frame("kasan_save_stack", 0x1e, 0x40), frame("foo_open", 0x22, 0x90, "foo")}},
                {"Freed by task 13",
                 13,
                 std::nullopt,
                 {frame("kfree", 0x7a, 0x120), frame("foo_close", 0x2e, 0x50, "foo")}}};
    e.facts = {{"access_size", "8", 90}, {"cache", "kmalloc-256", 110}};
    e.verdict.summary = "foo_release read an object of kmalloc-256 that foo_close had freed";
    e.verdict.cause = Cause::use_after_free;
    e.verdict.confidence = 0.95;
    e.verdict.object.cache = "kmalloc-256";
    e.verdict.evidence = {{"freed by foo_close", "log line 104"}};
    e.verdict.next_steps = {"report it to the vendor of foo"};
    report.events = {warning, e};
    report.findings.push_back({"repeated-event",
                               "The same warning came 146 times before",
                               0.9,
                               "WARNING in dentry_free was printed 146 times on CPUs 1 and 3.",
                               {1},
                               {{"WARNING: CPU: 1 PID: 9 at fs/dcache.c:338", "log line 40"}},
                               {"Begin with the first one."}});
    primary(report);
    return report;
}

Report unexplained() {
    Report report = ceph();
    report.known_issues.clear();
    CrashEvent& e = report.events[0];
    e.verdict = {};
    e.verdict.next_steps = {"the lines before the call trace: the log begins in the middle of the report"};
    e.guilty = {};
    e.registers.clear();
    e.instruction = {};
    e.fault_address.reset();
    e.kind = Kind::general_protection_fault;
    e.headline = "general protection fault: 0000 [#1] SMP";
    primary(report);
    return report;
}

Report many_machines() {
    Report report = overlayfs();
    Report other = ceph();
    Report third = out_of_memory();
    other.events[0].id = 2;
    other.events[0].boot = 1;
    other.events[0].primary = false;
    third.events[0].id = 3;
    third.events[0].boot = 2;
    other.known_issues[0].events = {2};
    report.events[0].primary = false;
    report.events.push_back(other.events[0]);
    report.events.push_back(third.events[0]);
    report.known_issues.push_back(other.known_issues[0]);
    primary(report);
    report.boots = 3;
    return report;
}

Report nothing() {
    Report report;
    report.input = {"quiet.log", "log", "dmesg", 120000, 1500};
    report.boots = 1;
    return report;
}

Report hostile() {
    const std::string nasty =
        "</pre><script>alert(1)</script>\x1b[2J\x9b|`````\"'\\\xff\r\n\xe2\x80\xae*_#<!--";
    Report report = kasan();
    report.input.path = nasty;
    report.host.name = nasty;
    report.problems = {nasty};
    CrashEvent& e = report.events[1];
    for (std::string* field :
         {&e.kernel.release, &e.kernel.version, &e.title, &e.task.comm, &e.hardware, &e.headline,
          &e.ip.symbol, &e.ip.module, &e.guilty.function, &e.guilty.reason, &e.code.text, &e.verdict.summary,
          &e.instruction.text, &e.last_unloaded, &e.corruption})
        *field = nasty;
    e.corrupted = true;
    e.trace[0].symbol = e.trace[1].file = e.stacks[0].title = nasty;
    e.registers = {{nasty, 1}};
    e.modules.push_back({nasty, nasty});
    e.facts.push_back({nasty, nasty, 1});
    e.excerpt = {{nasty, nasty}};
    e.verdict.evidence = {{nasty, nasty}};
    e.verdict.next_steps = {nasty};
    IssueMatch issue = overlayfs().known_issues[0];
    issue.id = issue.title = issue.status_reason = issue.cause = nasty;
    issue.mechanism = nasty;
    issue.lanes.lanes = {nasty, nasty};
    issue.lanes.steps = {{0, nasty}, {1, nasty}, {7, "no such lane"}};
    issue.matched = {{nasty, nasty}};
    issue.remedies = {{nasty, nasty, nasty}};
    issue.affected = {nasty};
    issue.references = {{nasty, "javascript:alert(1)"}, {nasty, "https://x/\"onmouseover=\"alert(1)"}};
    issue.events = {2};
    report.known_issues = {issue};
    report.findings[0].title = report.findings[0].statement = nasty;
    primary(report);
    return report;
}

}  // namespace inquest::fixture
