#include "reason/explain.h"

#include <gtest/gtest.h>
#include <random>

#include "arch/arch.h"
#include "base/text.h"

namespace inquest {
namespace {

// "ff 00 <48> 8b 47 38", as x86 prints it.
CodeBytes x86_code(std::string_view text) {
    CodeBytes code;
    code.text = text;
    for (auto word : split_words(text)) {
        if (word.starts_with('<')) {
            code.fault_offset = code.bytes.size();
            word = word.substr(1, 2);
        }
        code.bytes.push_back(static_cast<std::uint8_t>(*parse_hex(word)));
    }
    return code;
}

// "f9400c00 (f9406801)", as arm64 prints it.
CodeBytes arm64_code(std::string_view text) {
    CodeBytes code;
    code.text = text;
    for (auto word : split_words(text)) {
        if (word.starts_with('(')) {
            code.fault_offset = code.bytes.size();
            word = word.substr(1, 8);
        }
        auto value = *parse_hex(word);
        for (int i = 0; i < 4; ++i) code.bytes.push_back(static_cast<std::uint8_t>(value >> 8 * i));
    }
    return code;
}

Frame frame(std::string symbol, std::string module = {}) {
    Frame made;
    made.symbol = std::move(symbol);
    made.module = std::move(module);
    return made;
}

CrashEvent x86_fault(std::string function, std::uint64_t offset, std::optional<Address> address,
                     std::vector<Register> registers) {
    CrashEvent event;
    event.kernel.arch = "x86_64";
    event.kind = Kind::null_pointer_dereference;
    event.error_code = "0000";
    event.ip.symbol = std::move(function);
    event.ip.offset = offset;
    event.fault_address = address;
    event.registers = std::move(registers);
    return event;
}

// From seed 003: no Code:, but the instruction as `dis` showed it.
CrashEvent free_pages_event() {
    CrashEvent event = x86_fault("__free_pages", 5, 0x1c, {{"rdi", 0}, {"rax", 0xfffffe00}});
    event.error_code.clear();
    event.instruction.text = "lock decl 0x1c(%rdi)";
    event.trace = {frame("ceph_aio_read", "ceph"), frame("do_sync_read")};
    return event;
}

TEST(Explain, NullArgumentIsNamedWithItsCaller) {
    CrashEvent event = free_pages_event();
    explain(event);
    EXPECT_EQ(event.verdict.cause, Cause::null_argument);
    EXPECT_GE(event.verdict.confidence, kConfident);
    EXPECT_TRUE(event.verdict.summary.starts_with(
        "NULL pointer passed to __free_pages as argument 1 by ceph_aio_read [ceph]"))
        << event.verdict.summary;
    EXPECT_EQ(event.instruction.effective_address, 0x1cU);
    EXPECT_TRUE(event.instruction.matches_fault_address);
    EXPECT_EQ(event.verdict.member.offset, 0x1cU);
}

TEST(Explain, ErrorPointerIsFoundWithoutRegisters) {
    // filp_close(ERR_PTR(-ENOENT)): the log was cut between RIP and Call Trace.
    CrashEvent event = x86_fault("filp_close", 0xe, 0x36, {});
    event.code = x86_code(
        "ff 00 00 00 00 e9 d3 fe ff ff 0f 1f 00 b8 ea ff ff ff eb 9d e8 c4 7c e7 ff 0f 1f 40 00 0f 1f 44 00 "
        "00 55 48 "
        "89 e5 41 55 41 54 53 <48> 8b 47 38 48 89 fb 48 85 c0 74 5b 48 8b 47 28 49 89 f4 48 85");
    event.trace = {frame("is_pathsite", "tampercore")};
    explain(event);
    EXPECT_EQ(event.verdict.cause, Cause::error_pointer);
    EXPECT_GE(event.verdict.confidence, kConfident);
    EXPECT_NE(event.verdict.summary.find("-ENOENT (-2)"), std::string::npos) << event.verdict.summary;
    EXPECT_NE(event.verdict.summary.find("argument 1"), std::string::npos) << event.verdict.summary;
    EXPECT_NE(event.verdict.summary.find("offset 0x38"), std::string::npos) << event.verdict.summary;
    EXPECT_NE(event.verdict.summary.find("is_pathsite [tampercore]"), std::string::npos)
        << event.verdict.summary;
}

TEST(Explain, NullLoadedFromAnArgumentsMemberIsTracedToIt) {
    CrashEvent event =
        x86_fault("blk_mq_rq_timed_out", 0x18, 0xd0, {{"rax", 0}, {"rdi", 0xffff8819b6ad0000}});
    event.code = x86_code(
        "83 84 c6 80 00 00 00 01 e8 f6 fe ff ff 5d c3 cc cc cc cc 0f 1f 44 00 00 55 48 89 e5 53 48 8b 57 58 "
        "48 8b 47 "
        "38 48 89 fb 83 e2 02 <48> 8b 80 d0 00 00 00 74 4c 48 83 78 10 00 74 50 48 ba 00 00 00");
    explain(event);
    EXPECT_EQ(
        event.verdict.summary,
        "blk_mq_rq_timed_out used a NULL pointer loaded from offset 0x38 of its argument 1: the member at "
        "offset 0xd0 was read");
    EXPECT_EQ(event.verdict.cause, Cause::unknown);
    EXPECT_EQ(event.instruction.text, "movq 0xd0(%rax),%rax");
}

TEST(Explain, ArgumentThatWasOverwrittenIsNotCalledAnArgument) {
    // mov 0x8(%rdi),%rdi; mov (%rdi),%rax
    CrashEvent event = x86_fault("f", 4, 0, {{"rdi", 0}});
    event.code = x86_code("48 8b 7f 08 <48> 8b 07");
    explain(event);
    EXPECT_NE(event.verdict.cause, Cause::null_argument);
    EXPECT_EQ(event.verdict.summary.find("passed"), std::string::npos) << event.verdict.summary;
}

TEST(Explain, RegistersThatContradictTheFaultAddressAreNotBlamed) {
    CrashEvent event = x86_fault("f", 0, 0x50, {{"rdi", 0xffff888000001000}});
    event.code = x86_code("<48> 8b 47 38");
    explain(event);
    EXPECT_LT(event.verdict.confidence, kConfident);
    EXPECT_EQ(event.verdict.cause, Cause::unknown);
}

TEST(Explain, CorruptedEventsClaimLess) {
    CrashEvent event = free_pages_event();
    event.corrupted = true;
    explain(event);
    EXPECT_LT(event.verdict.confidence, kConfident);
}

// From seed 001.
CrashEvent slab_free_event() {
    CrashEvent event;
    event.kernel.arch = "arm64";
    event.kind = Kind::null_pointer_dereference;
    event.error_code = "96000005";
    event.ip.symbol = "kmem_cache_free";
    event.ip.offset = 0xfc;
    event.fault_address = 0xd0;
    event.registers = {{"x0", 0}, {"x1", 0}, {"x21", 0xffff8003dd4a9980}, {"x3", 0xffff7e0001e46c00}};
    event.code = arm64_code("9a820000 f9400c00 eb0002bf 54fff980 (f9406801)");
    event.trace = {frame("kmem_cache_free"), frame("ext4_i_callback")};
    event.trace[0].offset = 0xfc;
    return event;
}

TEST(Explain, NullSlabCacheIsNoConfidentDoubleFree) {
    CrashEvent event = slab_free_event();
    explain(event);
    EXPECT_EQ(event.access, Access::read);
    EXPECT_EQ(event.instruction.text, "ldr x1, [x0, #0xd0]");
    EXPECT_EQ(event.verdict.cause, Cause::not_a_slab_page);
    EXPECT_LT(event.verdict.confidence, kConfident);
    EXPECT_EQ(event.verdict.summary.find("double"), std::string::npos);
}

TEST(Explain, NullInAnotherMemberIsNoSlabPage) {
    CrashEvent event = slab_free_event();
    event.code = arm64_code("9a820000 f9402400 eb0002bf 54fff980 (f9406801)");
    explain(event);
    EXPECT_NE(event.verdict.cause, Cause::not_a_slab_page);
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

TEST(Explain, SameFaultWithoutAnUnloadedModuleIsNotCalledStale) {
    CrashEvent event = x86_fault({}, 0, 0xffffffffc0b0ceef, {});
    event.ip = {};
    event.ip.address = 0xffffffffc0b0ceef;
    event.error_code = "0010";
    explain(event);
    EXPECT_NE(event.verdict.cause, Cause::stale_module_text);
}

TEST(Explain, ListPoisonIsRecognisedInAGeneralProtectionFault) {
    CrashEvent event = x86_fault("f", 0x40, std::nullopt, {{"rax", 0xdead000000000100}});
    event.kind = Kind::general_protection_fault;
    event.code = x86_code("90 90 <48> 8b 40 18");
    explain(event);
    EXPECT_EQ(event.verdict.cause, Cause::list_corruption);
    EXPECT_NE(event.verdict.summary.find("LIST_POISON1"), std::string::npos);
}

TEST(Explain, FreedSlabPoisonIsAUseAfterFree) {
    CrashEvent event = x86_fault("f", 0x40, std::nullopt, {{"rax", 0x6b6b6b6b6b6b6b6b}});
    event.kind = Kind::general_protection_fault;
    event.code = x86_code("90 90 <48> 8b 40 18");
    explain(event);
    EXPECT_EQ(event.verdict.cause, Cause::use_after_free);
    EXPECT_GE(event.verdict.confidence, kConfident);
}

TEST(Explain, TextInAPointerIsShown) {
    CrashEvent event = x86_fault("f", 0x40, std::nullopt, {{"rdi", 0x7473662f6374652f}});
    event.kind = Kind::general_protection_fault;
    event.code = x86_code("90 90 <48> ff 47 38");
    explain(event);
    EXPECT_EQ(event.verdict.cause, Cause::wild_pointer);
    EXPECT_NE(event.verdict.summary.find("\"/etc/fst\""), std::string::npos) << event.verdict.summary;
}

TEST(Explain, OneFlippedBitIsSaidWithLittleConfidence) {
    CrashEvent event = x86_fault("f", 0x40, std::nullopt, {{"rdi", 0xfff7888012345678}});
    event.kind = Kind::general_protection_fault;
    event.code = x86_code("90 90 <48> ff 47 38");
    explain(event);
    EXPECT_EQ(event.verdict.cause, Cause::bit_flip);
    EXPECT_LT(event.verdict.confidence, 0.5);
    EXPECT_FALSE(event.verdict.next_steps.empty());
}

TEST(Explain, ShadowAddressIsTranslatedBack) {
    CrashEvent event = x86_fault("f", 0x40, std::nullopt, {{"rax", 3}, {"rdx", 0xdffffc0000000000}});
    event.kind = Kind::general_protection_fault;
    event.code = x86_code("90 90 <80> 3c 10 00");
    explain(event);
    EXPECT_NE(event.verdict.summary.find("offset 0x18-0x1f"), std::string::npos) << event.verdict.summary;
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

TEST(Explain, ErrorInTheResultRegisterIsOnlyAHint) {
    CrashEvent event = free_pages_event();
    explain(event);
    bool hinted = false;
    for (const auto& evidence : event.verdict.evidence)
        hinted |= evidence.text.find("-ERESTARTSYS (-512)") != std::string::npos;
    EXPECT_TRUE(hinted);
    EXPECT_EQ(event.verdict.summary.find("ERESTARTSYS"), std::string::npos);
}

TEST(Explain, ErrorCodesThatNullMinusAnOffsetGivesTooAreNotCertain) {
    // list_entry(NULL) with the member at 0x28 is -40, as -ELOOP is.
    CrashEvent event = x86_fault("f", 0x40, 0xfffffffffffffff0, {{"rdi", 0xffffffffffffffd8}});
    event.kind = Kind::bad_page_fault;
    event.code = x86_code("90 90 <48> 8b 47 18");
    explain(event);
    EXPECT_LT(event.verdict.confidence, kConfident);
}

TEST(Explain, WriteToReadOnlyMemoryIsSaid) {
    CrashEvent event = x86_fault("f", 0x40, 0xffffffff81a00000, {{"rdi", 0xffffffff81a00000}});
    event.kind = Kind::bad_page_fault;
    event.error_code = "0003";
    event.code = x86_code("90 90 <48> 89 07");
    explain(event);
    EXPECT_NE(event.verdict.summary.find("read-only"), std::string::npos);
    EXPECT_EQ(event.access, Access::write);
}

TEST(Explain, StalePageFaultAddressIsNotBlamed) {
    // The first lines are lost; CR2 is of a page fault of user space, the instruction is BUG()'s.
    CrashEvent event = x86_fault("f", 0x40, 0x7f6d30aca3d8, {{"cr2", 0x7f6d30aca3d8}, {"rax", 0}});
    event.kind = Kind::bad_page_fault;
    event.error_code.clear();
    event.corrupted = true;
    event.code = x86_code("90 90 <0f> 0b");
    explain(event);
    EXPECT_EQ(event.kind, Kind::invalid_opcode);
    EXPECT_EQ(event.verdict.cause, Cause::assertion);
    EXPECT_LT(event.verdict.confidence, kConfident);
}

TEST(Explain, BaseOfATableIsNotCalledAWildPointer) {
    // mov 0x8(%rbx,%rcx),%rax: rbx is an offset into the table at rcx.
    CrashEvent event =
        x86_fault("f", 0x40, 0xffffebde00002008, {{"rbx", 0x1de00002000}, {"rcx", 0xffffea0000000000}});
    event.kind = Kind::bad_page_fault;
    event.code = x86_code("90 90 <48> 8b 44 0b 08");
    explain(event);
    EXPECT_EQ(event.verdict.summary.find("0x1de00002000"), std::string::npos) << event.verdict.summary;
    EXPECT_EQ(event.verdict.cause, Cause::unknown);
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

TEST(Explain, RetpolineShowsWhatWasCalled) {
    CrashEvent event =
        x86_fault("__x86_indirect_thunk_rax", 0x10, std::nullopt, {{"rax", 0x6b6b6b6b6b6b6b6b}});
    event.kind = Kind::general_protection_fault;
    event.trace = {frame("call_timer_fn")};
    explain(event);
    EXPECT_TRUE(event.verdict.summary.starts_with("call_timer_fn called a function pointer"))
        << event.verdict.summary;
    EXPECT_EQ(event.verdict.cause, Cause::use_after_free);
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

}  // namespace
}  // namespace inquest
