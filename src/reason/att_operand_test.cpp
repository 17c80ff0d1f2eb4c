#include "reason/att_operand.h"

#include <gtest/gtest.h>

namespace inquest::reason {
namespace {

TEST(AttOperand, ReadsBaseIndexScaleAndDisplacement) {
    auto decoded = parse_att("mov -0x8(%rbx,%rdx,8),%rax");
    ASSERT_TRUE(decoded && decoded->memory);
    EXPECT_EQ(decoded->memory->text, "-0x8(%rbx,%rdx,8)");
    EXPECT_EQ(decoded->memory->base, "rbx");
    EXPECT_EQ(decoded->memory->index, "rdx");
    EXPECT_EQ(decoded->memory->scale, 8);
    EXPECT_EQ(decoded->memory->displacement, -8);
    EXPECT_TRUE(decoded->memory->read);
    EXPECT_FALSE(decoded->memory->write);
}

TEST(AttOperand, PrefixesAreNoMnemonic) {
    auto decoded = parse_att("lock decl 0x1c(%rdi)");
    ASSERT_TRUE(decoded && decoded->memory);
    EXPECT_EQ(decoded->memory->base, "rdi");
    EXPECT_EQ(decoded->memory->displacement, 0x1c);
}

TEST(AttOperand, StoresWrite) {
    auto decoded = parse_att("movq   $0x0,0x38(%rdi)");
    ASSERT_TRUE(decoded && decoded->memory);
    EXPECT_TRUE(decoded->memory->write);
}

TEST(AttOperand, SegmentsAreKept) {
    auto decoded = parse_att("mov %gs:0x28,%rax");
    ASSERT_TRUE(decoded && decoded->memory);
    EXPECT_EQ(decoded->memory->segment, "gs");
    EXPECT_TRUE(decoded->memory->base.empty());
}

TEST(AttOperand, CallsThroughRegisterAndMemory) {
    auto through_register = parse_att("callq *%rax");
    ASSERT_TRUE(through_register && through_register->is_call);
    EXPECT_EQ(through_register->target_register, "rax");
    auto through_memory = parse_att("callq *0x20(%rax)");
    ASSERT_TRUE(through_memory && through_memory->memory);
    EXPECT_EQ(through_memory->memory->displacement, 0x20);
}

TEST(AttOperand, AddressesOnlyComputedAreNoMemoryOperands) {
    EXPECT_FALSE(parse_att("lea 0x8(%rdi),%rax")->memory);
    EXPECT_FALSE(parse_att("nopl 0x0(%rax,%rax,1) [FTRACE NOP]")->memory);
    EXPECT_FALSE(parse_att("je 0xffffffff8118a08e <__free_pages+30>")->memory);
}

TEST(AttOperand, TornTextIsNoOperand) {
    EXPECT_FALSE(parse_att(""));
    EXPECT_FALSE(parse_att("lock "));
    EXPECT_FALSE(parse_att("mov 0x1c(%rdi")->memory);
    EXPECT_FALSE(parse_att("mov 0x1c(,,,,(((")->memory);
}

}  // namespace
}  // namespace inquest::reason
