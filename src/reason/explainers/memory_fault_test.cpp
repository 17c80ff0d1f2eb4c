#include <gtest/gtest.h>

#include "reason/explain.h"
#include "reason/test_events.h"

namespace inquest {
namespace {

using namespace reason;

TEST(MemoryFault, NullArgumentIsNamedWithItsCaller) {
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

TEST(MemoryFault, ErrorPointerIsFoundWithoutRegisters) {
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

TEST(MemoryFault, NullLoadedFromAnArgumentsMemberIsTracedToIt) {
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

TEST(MemoryFault, ArgumentThatWasOverwrittenIsNotCalledAnArgument) {
    // mov 0x8(%rdi),%rdi; mov (%rdi),%rax
    CrashEvent event = x86_fault("f", 4, 0, {{"rdi", 0}});
    event.code = x86_code("48 8b 7f 08 <48> 8b 07");
    explain(event);
    EXPECT_NE(event.verdict.cause, Cause::null_argument);
    EXPECT_EQ(event.verdict.summary.find("passed"), std::string::npos) << event.verdict.summary;
}

TEST(MemoryFault, RegistersThatContradictTheFaultAddressAreNotBlamed) {
    CrashEvent event = x86_fault("f", 0, 0x50, {{"rdi", 0xffff888000001000}});
    event.code = x86_code("<48> 8b 47 38");
    explain(event);
    EXPECT_LT(event.verdict.confidence, kConfident);
    EXPECT_EQ(event.verdict.cause, Cause::unknown);
}

TEST(MemoryFault, NullSlabCacheIsNoConfidentDoubleFree) {
    CrashEvent event = slab_free_event();
    explain(event);
    EXPECT_EQ(event.access, Access::read);
    EXPECT_EQ(event.instruction.text, "ldr x1, [x0, #0xd0]");
    EXPECT_EQ(event.verdict.cause, Cause::not_a_slab_page);
    EXPECT_LT(event.verdict.confidence, kConfident);
    EXPECT_EQ(event.verdict.summary.find("double"), std::string::npos);
}

TEST(MemoryFault, NullInAnotherMemberIsNoSlabPage) {
    CrashEvent event = slab_free_event();
    event.code = arm64_code("9a820000 f9402400 eb0002bf 54fff980 (f9406801)");
    explain(event);
    EXPECT_NE(event.verdict.cause, Cause::not_a_slab_page);
}

TEST(MemoryFault, ListPoisonIsRecognisedInAGeneralProtectionFault) {
    CrashEvent event = x86_fault("f", 0x40, std::nullopt, {{"rax", 0xdead000000000100}});
    event.kind = Kind::general_protection_fault;
    event.code = x86_code("90 90 <48> 8b 40 18");
    explain(event);
    EXPECT_EQ(event.verdict.cause, Cause::list_corruption);
    EXPECT_NE(event.verdict.summary.find("LIST_POISON1"), std::string::npos);
}

TEST(MemoryFault, FreedSlabPoisonIsAUseAfterFree) {
    CrashEvent event = x86_fault("f", 0x40, std::nullopt, {{"rax", 0x6b6b6b6b6b6b6b6b}});
    event.kind = Kind::general_protection_fault;
    event.code = x86_code("90 90 <48> 8b 40 18");
    explain(event);
    EXPECT_EQ(event.verdict.cause, Cause::use_after_free);
    EXPECT_GE(event.verdict.confidence, kConfident);
}

TEST(MemoryFault, TextInAPointerIsShown) {
    CrashEvent event = x86_fault("f", 0x40, std::nullopt, {{"rdi", 0x7473662f6374652f}});
    event.kind = Kind::general_protection_fault;
    event.code = x86_code("90 90 <48> ff 47 38");
    explain(event);
    EXPECT_EQ(event.verdict.cause, Cause::wild_pointer);
    EXPECT_NE(event.verdict.summary.find("\"/etc/fst\""), std::string::npos) << event.verdict.summary;
}

TEST(MemoryFault, OneFlippedBitIsSaidWithLittleConfidence) {
    CrashEvent event = x86_fault("f", 0x40, std::nullopt, {{"rdi", 0xfff7888012345678}});
    event.kind = Kind::general_protection_fault;
    event.code = x86_code("90 90 <48> ff 47 38");
    explain(event);
    EXPECT_EQ(event.verdict.cause, Cause::bit_flip);
    EXPECT_LT(event.verdict.confidence, 0.5);
    EXPECT_FALSE(event.verdict.next_steps.empty());
}

TEST(MemoryFault, ShadowAddressIsTranslatedBack) {
    CrashEvent event = x86_fault("f", 0x40, std::nullopt, {{"rax", 3}, {"rdx", 0xdffffc0000000000}});
    event.kind = Kind::general_protection_fault;
    event.code = x86_code("90 90 <80> 3c 10 00");
    explain(event);
    EXPECT_NE(event.verdict.summary.find("offset 0x18-0x1f"), std::string::npos) << event.verdict.summary;
}

TEST(MemoryFault, ErrorInTheResultRegisterIsOnlyAHint) {
    CrashEvent event = free_pages_event();
    explain(event);
    bool hinted = false;
    for (const auto& evidence : event.verdict.evidence)
        hinted |= evidence.text.find("-ERESTARTSYS (-512)") != std::string::npos;
    EXPECT_TRUE(hinted);
    EXPECT_EQ(event.verdict.summary.find("ERESTARTSYS"), std::string::npos);
}

TEST(MemoryFault, ErrorCodesThatNullMinusAnOffsetGivesTooAreNotCertain) {
    // list_entry(NULL) with the member at 0x28 is -40, as -ELOOP is.
    CrashEvent event = x86_fault("f", 0x40, 0xfffffffffffffff0, {{"rdi", 0xffffffffffffffd8}});
    event.kind = Kind::bad_page_fault;
    event.code = x86_code("90 90 <48> 8b 47 18");
    explain(event);
    EXPECT_LT(event.verdict.confidence, kConfident);
}

TEST(MemoryFault, WriteToReadOnlyMemoryIsSaid) {
    CrashEvent event = x86_fault("f", 0x40, 0xffffffff81a00000, {{"rdi", 0xffffffff81a00000}});
    event.kind = Kind::bad_page_fault;
    event.error_code = "0003";
    event.code = x86_code("90 90 <48> 89 07");
    explain(event);
    EXPECT_NE(event.verdict.summary.find("read-only"), std::string::npos);
    EXPECT_EQ(event.access, Access::write);
}

TEST(MemoryFault, StalePageFaultAddressIsNotBlamed) {
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

TEST(MemoryFault, BaseOfATableIsNotCalledAWildPointer) {
    // mov 0x8(%rbx,%rcx),%rax: rbx is an offset into the table at rcx.
    CrashEvent event =
        x86_fault("f", 0x40, 0xffffebde00002008, {{"rbx", 0x1de00002000}, {"rcx", 0xffffea0000000000}});
    event.kind = Kind::bad_page_fault;
    event.code = x86_code("90 90 <48> 8b 44 0b 08");
    explain(event);
    EXPECT_EQ(event.verdict.summary.find("0x1de00002000"), std::string::npos) << event.verdict.summary;
    EXPECT_EQ(event.verdict.cause, Cause::unknown);
}

TEST(MemoryFault, RetpolineShowsWhatWasCalled) {
    CrashEvent event =
        x86_fault("__x86_indirect_thunk_rax", 0x10, std::nullopt, {{"rax", 0x6b6b6b6b6b6b6b6b}});
    event.kind = Kind::general_protection_fault;
    event.trace = {frame("call_timer_fn")};
    explain(event);
    EXPECT_TRUE(event.verdict.summary.starts_with("call_timer_fn called a function pointer"))
        << event.verdict.summary;
    EXPECT_EQ(event.verdict.cause, Cause::use_after_free);
}

TEST(MemoryFault, ARegisterThatTheFunctionSetIsNoArgument) {
    // The function's first instruction is movz x0, #0x1c.
    CrashEvent event = slab_free_event();
    event.ip.offset = 4;
    event.fault_address = 0x1c;
    event.registers = {{"x0", 0x1c}};
    event.code = arm64_code("17ffff87 d503201f d503201f d2800380 (b9400000)");
    explain(event);
    EXPECT_EQ(event.verdict.summary.find("passed"), std::string::npos) << event.verdict.summary;
    EXPECT_NE(event.verdict.cause, Cause::null_argument);
}

TEST(MemoryFault, CodeThatNothingDisassemblesIsShownAsItIs) {
    CrashEvent event;
    event.kernel.arch = "riscv64";
    event.kind = Kind::null_pointer_dereference;
    event.ip.symbol = "f";
    event.fault_address = 0x10;
    event.code = arm64_code("00c5b783 (0107b703)");
    explain(event);
    EXPECT_TRUE(event.instruction.text.empty());
    ASSERT_FALSE(event.verdict.evidence.empty());
    EXPECT_EQ(event.verdict.evidence.front().source, "Code: (no disassembler for riscv64)");
}

TEST(MemoryFault, OriginOfTheBaseIsNotSaidOfTheMember) {
    // mov 0x8(%rdi),%rax; mov 0x10(%rax),%rax
    CrashEvent event = x86_fault("f", 0x40, 0xffffa0c2c1d3f018, {{"rax", 0xffffa0c2c1d3f008}});
    event.kind = Kind::bad_page_fault;
    event.code = x86_code("90 90 48 8b 47 08 <48> 8b 40 10");
    explain(event);
    EXPECT_NE(event.verdict.summary.find("through a pointer loaded from 0x8(%rdi)"), std::string::npos)
        << event.verdict.summary;
}

TEST(MemoryFault, RegisterOfALoopIsNotCalledAnArgument) {
    // mov (%rdi),%rax; mov 0x8(%rdi),%rdi; jmp to the first: a list walked to its end.
    CrashEvent event = x86_fault("f", 4, 0, {{"rdi", 0}});
    event.code = x86_code("90 90 90 90 <48> 8b 07 48 8b 7f 08 eb f7");
    explain(event);
    EXPECT_NE(event.verdict.cause, Cause::null_argument) << event.verdict.summary;
    event.code = x86_code("90 90 90 90 <48> 8b 07 48 8b 7f 08 eb 07");
    explain(event);
    EXPECT_EQ(event.verdict.cause, Cause::null_argument) << event.verdict.summary;
}

}  // namespace
}  // namespace inquest
