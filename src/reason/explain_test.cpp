#include "reason/explain.h"

#include <gtest/gtest.h>
#include <random>

#include "arch/arch.h"
#include "base/text.h"
#include "reason/test_events.h"

namespace inquest {
namespace {

using namespace reason;

TEST(Explain, CorruptedEventsClaimLess) {
    CrashEvent event = free_pages_event();
    event.corrupted = true;
    explain(event);
    EXPECT_LT(event.verdict.confidence, kConfident);
}

TEST(Explain, CallOfANullFunctionPointerNamesTheCaller) {
    CrashEvent event = x86_fault({}, 0, 0, {{"rip", 0}});
    event.ip = {};
    event.ip.address = 0;
    event.error_code = "0010";
    event.code.text = "Bad RIP value.";
    event.trace = {frame("trailing_symlink"), frame("path_lookupat.isra.53")};
    explain(event);
    EXPECT_EQ(event.kind, Kind::bad_instruction_fetch);
    EXPECT_EQ(event.verdict.cause, Cause::unset_function_pointer);
    EXPECT_GE(event.verdict.confidence, kConfident);
    EXPECT_EQ(event.verdict.summary, "trailing_symlink called a function pointer that is NULL");
    EXPECT_EQ(event.access, Access::execute);
}

TEST(Explain, ExecutionWhereAModuleWasIsStaleTextButNotCertain) {
    CrashEvent event = x86_fault({}, 0, 0xffffffffc0b0ceef, {});
    event.kind = Kind::bad_page_fault;
    event.ip = {};
    event.ip.address = 0xffffffffc0b0ceef;
    event.error_code = "0010";
    event.last_unloaded = "tampercore";
    explain(event);
    EXPECT_EQ(event.verdict.cause, Cause::stale_module_text);
    EXPECT_LT(event.verdict.confidence, kConfident);
    EXPECT_NE(event.verdict.summary.find("tampercore"), std::string::npos);
}

TEST(Explain, InstructionPointerThatNamesTheCallerIsNotTheTarget) {
    CrashEvent event = x86_fault("system_call_fastpath", 0x22, 0xffffffffc0b0ceef, {});
    event.kind = Kind::bad_instruction_fetch;
    event.ip.address = 0xffffffffa392579b;
    event.error_code = "0010";
    event.last_unloaded = "tampercore";
    event.trace = {frame("system_call_fastpath")};
    explain(event);
    EXPECT_EQ(event.verdict.cause, Cause::stale_module_text) << event.verdict.summary;
}

TEST(Explain, SameFaultWithoutAnUnloadedModuleIsNotCalledStale) {
    CrashEvent event = x86_fault({}, 0, 0xffffffffc0b0ceef, {});
    event.ip = {};
    event.ip.address = 0xffffffffc0b0ceef;
    event.error_code = "0010";
    explain(event);
    EXPECT_NE(event.verdict.cause, Cause::stale_module_text);
}

TEST(Explain, DivisorIsReadFromItsRegister) {
    CrashEvent event = x86_fault("f", 0x40, std::nullopt, {{"rcx", 0x100000000}, {"rax", 100}, {"rdx", 0}});
    event.kind = Kind::divide_error;
    event.code = x86_code("90 90 <f7> f1");
    explain(event);
    EXPECT_EQ(event.verdict.cause, Cause::divide_by_zero);
    EXPECT_GE(event.verdict.confidence, kConfident);
    event.registers[0].value = 1;
    explain(event);
    EXPECT_NE(event.verdict.cause, Cause::divide_by_zero);
}

TEST(Explain, CopyPastTheEndOfTheStackIsNoOverflow) {
    CrashEvent event = x86_fault("memcpy_erms", 6, 0xffffb5c5c0748000, {{"rsp", 0xffffb5c5c07478b8}});
    event.kind = Kind::stack_overflow;
    event.headline = "BUG: stack guard page was hit at 00000000e297e985";
    explain(event);
    EXPECT_NE(event.verdict.cause, Cause::stack_overflow);
    event.registers[0].value = 0xffffb5c5c0748000;
    event.fault_address = 0xffffb5c5c0747ff8;
    explain(event);
    EXPECT_EQ(event.verdict.cause, Cause::stack_overflow);
}

TEST(Explain, FormerOwnerIsNotNamedForAnAccessOutOfBounds) {
    CrashEvent event;
    event.kind = Kind::kasan;
    event.headline = "BUG: KASAN: slab-out-of-bounds in f+0x1/0x2";
    Stack freed;
    freed.title = "Freed by task 7";
    freed.frames = {frame("kfree"), frame("someone_else")};
    event.stacks = {freed};
    explain(event);
    EXPECT_EQ(event.verdict.summary.find("someone_else"), std::string::npos);
}

TEST(Explain, SanitizersObjectSurvives) {
    CrashEvent event;
    event.kind = Kind::kasan;
    event.headline = "BUG: KASAN: use-after-free in f+0x1/0x2";
    event.access = Access::read;
    event.verdict.object.cache = "kmalloc-64";
    event.guilty.function = "f";
    Stack allocated;
    allocated.title = "Allocated by task 7";
    allocated.frames = {frame("kasan_save_stack"), frame("kmem_cache_alloc_trace"), frame("maker")};
    event.stacks = {allocated};
    explain(event);
    EXPECT_EQ(event.verdict.summary,
              "f read an object of cache kmalloc-64 after it had been freed (allocated by maker)");
    EXPECT_EQ(event.verdict.cause, Cause::use_after_free);
}

TEST(Explain, OutOfTreeCallerIsTheSuspect) {
    CrashEvent event = free_pages_event();
    event.modules = {{"ceph", "OE"}};
    explain(event);
    EXPECT_EQ(event.verdict.suspect.module, "ceph");
    EXPECT_EQ(event.verdict.suspect.function, "ceph_aio_read");
}

TEST(Explain, ErrorCodeIsSaidInWords) {
    CrashEvent event = slab_free_event();
    explain(event);
    bool said = false;
    for (const auto& evidence : event.verdict.evidence)
        said |= evidence.text == "data abort: translation fault, level 1" &&
                evidence.source == "error code 96000005";
    EXPECT_TRUE(said);
}

TEST(Explain, DataAbortIsNoJump) {
    CrashEvent event = slab_free_event();
    event.kind = Kind::bad_instruction_fetch;
    event.ip = {};
    event.ip.address = 0xffffff800846e528;
    explain(event);
    EXPECT_EQ(event.kind, Kind::null_pointer_dereference);
}

TEST(Explain, HostileCodeAndRegistersAreSurvived) {
    std::mt19937_64 random(4711);
    constexpr std::uint64_t kValues[] = {
        0, 8, ~0ULL, 0xfffffffffffffff8, 0x8000000000000000, 0xdffffc0000000000, 0xdead000000000100};
    constexpr Kind kKinds[] = {Kind::null_pointer_dereference,
                               Kind::bad_page_fault,
                               Kind::general_protection_fault,
                               Kind::bad_instruction_fetch,
                               Kind::divide_error,
                               Kind::invalid_opcode,
                               Kind::stack_overflow};
    for (const Arch* arch : all_arches()) {
        for (int round = 0; round < 200; ++round) {
            CrashEvent event;
            event.kernel.arch = arch->name;
            event.kind = kKinds[random() % std::size(kKinds)];
            event.error_code = hex(random() & 0xffffffff);
            event.ip.symbol = "f";
            event.ip.offset = random() % 64;
            event.code.bytes.resize(random() % 80);
            for (auto& byte : event.code.bytes) byte = static_cast<std::uint8_t>(random());
            if (random() % 4) event.code.fault_offset = random() % 90;
            for (auto name : arch->arguments)
                event.registers.push_back({std::string(name), kValues[random() % std::size(kValues)]});
            event.registers.push_back({std::string(arch->sp), random()});
            if (random() % 2) event.fault_address = kValues[random() % std::size(kValues)];
            explain(event);
            EXPECT_FALSE(event.verdict.summary.empty());
            EXPECT_LE(event.verdict.confidence, 1.0);
        }
    }
}

TEST(Explain, EveryKindGetsASummary) {
    for (int kind = 0; kind <= static_cast<int>(Kind::other); ++kind) {
        CrashEvent event;
        event.kind = static_cast<Kind>(kind);
        explain(event);
        EXPECT_FALSE(event.verdict.summary.empty()) << name_of(event.kind);
    }
}

Report report_of(CrashEvent event) {
    Report report;
    event.id = 1;
    event.primary = true;
    report.events.push_back(std::move(event));
    return report;
}

bool has_finding(const Report& report, std::string_view id) {
    for (const auto& finding : report.findings)
        if (finding.id == id) return true;
    return false;
}

TEST(Examine, FunctionsThatTheReleaseCannotHaveAreFound) {
    CrashEvent event;
    event.kernel.release = "3.10.0-1062.9.1.el7.x86_64";
    event.trace = {frame("do_execveat_common.isra.37")};
    Report report = report_of(event);
    examine(report);
    EXPECT_TRUE(has_finding(report, "symbols-contradict-release"));
    report.findings.clear();
    report.events[0].kernel.release = "4.19.0";
    examine(report);
    EXPECT_FALSE(has_finding(report, "symbols-contradict-release"));
}

TEST(Examine, LoadedModulesAreListedModulesInTheTraceAreSaid) {
    CrashEvent event;
    event.modules = {{"vmfoo", "OE"}, {"ext4", ""}};
    event.trace = {frame("f")};
    Report report = report_of(event);
    examine(report);
    EXPECT_TRUE(has_finding(report, "out-of-tree-loaded"));
    EXPECT_FALSE(has_finding(report, "out-of-tree-in-trace"));
    report.findings.clear();
    report.events[0].trace.push_back(frame("vmfoo_open", "vmfoo"));
    examine(report);
    EXPECT_TRUE(has_finding(report, "out-of-tree-in-trace"));
}

CrashEvent without_code(Address address, std::uint64_t rdi, std::uint64_t rsi) {
    auto event = x86_fault("wombat_count", 5, address, {{"rdi", rdi}, {"rsi", rsi}});
    event.code.text = "Unable to access opcode bytes at 0xffffffffc05f0ffb.";
    return event;
}

TEST(Explain, WithoutCodeTheRegisterThatHoldsTextTells) {
    auto event = without_code(0x7473662f637465ULL + 0x38, 0x7473662f637465ULL, 1);
    event.kind = Kind::general_protection_fault;
    explain(event);
    EXPECT_EQ(event.verdict.cause, Cause::wild_pointer);
    EXPECT_TRUE(event.verdict.summary.contains("\"etc/fst\"")) << event.verdict.summary;
}

TEST(Explain, WithoutCodeTheRegisterThatHoldsAnErrorTells) {
    auto event = without_code(0x36, static_cast<std::uint64_t>(-2), 1);
    explain(event);
    EXPECT_EQ(event.verdict.cause, Cause::error_pointer) << event.verdict.summary;
}

TEST(Explain, WithoutCodeTwoSuchRegistersTellNothing) {
    auto event = without_code(0x36, static_cast<std::uint64_t>(-2), static_cast<std::uint64_t>(-5));
    explain(event);
    EXPECT_NE(event.verdict.cause, Cause::error_pointer) << event.verdict.summary;
}

TEST(Explain, TheSourceLineWorthSeeingIsTheBlamedFunctions) {
    auto event = x86_fault("_raw_spin_lock", 0xc, 0x38, {{"rdi", 0x38}});
    Frame caller = frame("wombat_delete");
    caller.offset = 0x2c;
    event.trace = {caller};
    event.guilty.function = "wombat_delete";
    explain(event);
    ASSERT_FALSE(event.verdict.next_steps.empty());
    EXPECT_TRUE(event.verdict.next_steps[0].starts_with("scripts/faddr2line vmlinux wombat_delete+0x2c"))
        << event.verdict.next_steps[0];
}

TEST(Explain, NobodyIsToldToFindALineThatIsPrinted) {
    CrashEvent event;
    event.kind = Kind::warning;
    event.ip.symbol = event.guilty.function = "wombat_count";
    event.ip.offset = 0x10;
    event.facts.push_back({"place", "fs/wombat.c:118", 1});
    explain(event);
    for (const auto& step : event.verdict.next_steps) EXPECT_FALSE(step.contains("faddr2line")) << step;
}

TEST(Explain, KasanSaysWhoAccessedAndForWhom) {
    CrashEvent event;
    event.kind = Kind::kasan;
    event.headline = "BUG: KASAN: slab-out-of-bounds in wombat_path+0xf8/0x1b8";
    event.access = Access::write;
    event.ip.symbol = "wombat_path";
    event.guilty.function = "wombat_send";
    explain(event);
    EXPECT_TRUE(event.verdict.summary.starts_with("wombat_path, on behalf of wombat_send, wrote to memory"))
        << event.verdict.summary;
}

TEST(Explain, WhatHasNoNameHereIsSaidInTheKernelsWords) {
    CrashEvent event;
    event.kind = Kind::other;
    event.headline = "BUG: wombat topology broken";
    explain(event);
    EXPECT_EQ(event.verdict.summary, "the kernel reported \"BUG: wombat topology broken\"");
    event.headline = "BUG: using smp_processor_id() in preemptible [00000000] code: wombat/1";
    event.facts.push_back({"function", "smp_processor_id", 1});
    event.guilty.function = "wombat_flush";
    explain(event);
    EXPECT_EQ(event.verdict.summary,
              "wombat_flush called smp_processor_id() while it could be moved to another CPU at any time");
}

}  // namespace
}  // namespace inquest
