#include "reason/explain.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace inquest
