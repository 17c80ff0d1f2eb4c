#include "arch/capstone.h"

#include <gtest/gtest.h>
#include <initializer_list>

namespace inquest {
namespace {

std::vector<std::uint8_t> bytes(std::initializer_list<int> values) { return {values.begin(), values.end()}; }

TEST(Capstone, ReadsTheMemoryOperandOfAnX86Load) {
    auto decoded = disassemble_x86_64(bytes({0x8b, 0x91, 0x90, 0, 0, 0}), 0);
    ASSERT_TRUE(decoded);
    EXPECT_EQ(decoded->text, "movl 0x90(%rcx),%edx");
    EXPECT_EQ(decoded->length, 6U);
    ASSERT_TRUE(decoded->memory);
    EXPECT_EQ(decoded->memory->base, "rcx");
    EXPECT_EQ(decoded->memory->displacement, 0x90);
    EXPECT_TRUE(decoded->memory->read);
    EXPECT_FALSE(decoded->memory->write);
    EXPECT_EQ(decoded->writes, std::vector<std::string>{"rdx"});
}

TEST(Capstone, TellsStoresAndReadModifyWriteApart) {
    auto store = disassemble_x86_64(bytes({0x48, 0x89, 0x47, 0x38}), 0);
    ASSERT_TRUE(store && store->memory);
    EXPECT_TRUE(store->memory->write);
    EXPECT_FALSE(store->memory->read);
    auto locked = disassemble_x86_64(bytes({0xf0, 0xff, 0x4f, 0x1c}), 0);
    ASSERT_TRUE(locked && locked->memory);
    EXPECT_EQ(locked->text, "lock decl 0x1c(%rdi)");
    EXPECT_EQ(locked->memory->text, "0x1c(%rdi)");
    EXPECT_TRUE(locked->memory->write && locked->memory->read);
}

TEST(Capstone, CorrectsStoresThatCapstoneCallsReads) {
    auto vector = disassemble_x86_64(bytes({0x0f, 0x11, 0x07}), 0);
    EXPECT_TRUE(vector && vector->memory && vector->memory->write && !vector->memory->read);
    auto fill = disassemble_x86_64(bytes({0xf3, 0xab}), 0);
    EXPECT_TRUE(fill && fill->memory && fill->memory->write && !fill->memory->read);
    auto exchange = disassemble_x86_64(bytes({0xf0, 0x0f, 0xb1, 0x17}), 0);
    EXPECT_TRUE(exchange && exchange->memory && exchange->memory->write);
    auto copy = disassemble_x86_64(bytes({0xf3, 0x48, 0xa5}), 0);
    ASSERT_TRUE(copy && copy->memory && copy->other_memory);
    EXPECT_EQ(copy->memory->base, "rsi");
    EXPECT_TRUE(copy->memory->read && !copy->memory->write);
    EXPECT_EQ(copy->other_memory->base, "rdi");
    EXPECT_TRUE(copy->other_memory->write);
}

TEST(Capstone, ReadsIndexScaleAndSegment) {
    auto decoded = disassemble_x86_64(bytes({0x65, 0x48, 0x8b, 0x44, 0xd3, 0xf8}), 0);
    ASSERT_TRUE(decoded && decoded->memory);
    EXPECT_EQ(decoded->memory->text, "%gs:-0x8(%rbx,%rdx,8)");
    EXPECT_EQ(decoded->memory->segment, "gs");
    EXPECT_EQ(decoded->memory->scale, 8);
}

TEST(Capstone, SeesTrapsDividesAndIndirectCalls) {
    auto ud2 = disassemble_x86_64(bytes({0x0f, 0x0b}), 0);
    EXPECT_TRUE(ud2 && ud2->is_trap);
    auto divide = disassemble_x86_64(bytes({0xf7, 0xf1}), 0);
    ASSERT_TRUE(divide && divide->is_divide);
    EXPECT_EQ(divide->divisor, "ecx");
    auto call = disassemble_x86_64(bytes({0xff, 0xd0}), 0);
    ASSERT_TRUE(call && call->is_call);
    EXPECT_EQ(call->target_register, "rax");
    auto through_memory = disassemble_x86_64(bytes({0xff, 0x50, 0x20}), 0);
    ASSERT_TRUE(through_memory && through_memory->is_call && through_memory->memory);
    EXPECT_EQ(through_memory->memory->displacement, 0x20);
}

TEST(Capstone, AddressesThatAreOnlyComputedAreNoMemoryOperands) {
    auto lea = disassemble_x86_64(bytes({0x48, 0x8d, 0x47, 0x08}), 0);
    EXPECT_TRUE(lea && !lea->memory);
    auto nop = disassemble_x86_64(bytes({0x0f, 0x1f, 0x44, 0, 0}), 0);
    EXPECT_TRUE(nop && !nop->memory);
}

TEST(Capstone, ReadsArm64) {
    auto decoded = disassemble_arm64(bytes({0x01, 0x68, 0x40, 0xf9}), 0);
    ASSERT_TRUE(decoded && decoded->memory);
    EXPECT_EQ(decoded->text, "ldr x1, [x0, #0xd0]");
    EXPECT_EQ(decoded->memory->text, "[x0, #0xd0]");
    EXPECT_EQ(decoded->memory->base, "x0");
    EXPECT_EQ(decoded->memory->displacement, 0xd0);
    EXPECT_TRUE(decoded->memory->read);
    auto brk = disassemble_arm64(bytes({0, 0, 0x21, 0xd4}), 0);
    EXPECT_TRUE(brk && brk->is_trap);
}

TEST(Capstone, ReadsArmAndThumb) {
    auto arm = disassemble_arm(bytes({0x20, 0x40, 0x03, 0xe5}), 0);
    ASSERT_TRUE(arm && arm->memory);
    EXPECT_EQ(arm->memory->base, "r3");
    EXPECT_EQ(arm->memory->displacement, -0x20);
    EXPECT_TRUE(arm->memory->write);
    auto thumb = disassemble_arm(bytes({0x43, 0x68}), 1);
    ASSERT_TRUE(thumb && thumb->memory);
    EXPECT_EQ(thumb->length, 2U);
    EXPECT_EQ(thumb->memory->displacement, 4);
}

TEST(Capstone, ReadsPpcMipsAndS390) {
    auto ppc = disassemble_ppc64le(bytes({0x10, 0x00, 0x23, 0xe9}), 0);
    ASSERT_TRUE(ppc && ppc->memory);
    EXPECT_EQ(ppc->memory->base, "r3");
    EXPECT_EQ(ppc->memory->displacement, 0x10);
    auto mips = disassemble_mips32(bytes({0x8c, 0x82, 0x00, 0x14}), 0);
    ASSERT_TRUE(mips && mips->memory);
    EXPECT_EQ(mips->memory->base, "r4");
    EXPECT_EQ(mips->memory->displacement, 0x14);
    auto s390 = disassemble_s390x(bytes({0xe3, 0x10, 0x20, 0x08, 0x00, 0x04}), 0);
    ASSERT_TRUE(s390 && s390->memory);
    EXPECT_EQ(s390->memory->base, "r2");
    EXPECT_EQ(s390->memory->displacement, 8);
}

TEST(Capstone, BytesThatAreNoInstructionDecodeToNothing) {
    EXPECT_FALSE(disassemble_x86_64(bytes({0x06}), 0));
    EXPECT_FALSE(disassemble_x86_64({}, 0));
    EXPECT_FALSE(disassemble_arm64(bytes({1, 2}), 0));
    EXPECT_EQ(x86_length(bytes({0x06}), 64), 0U);
    EXPECT_EQ(x86_length(bytes({0x48, 0x8d, 0x47, 0x08}), 64), 4U);
}

}  // namespace
}  // namespace inquest
