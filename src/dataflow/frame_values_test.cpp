#include "dataflow/frame_values.h"

#include "dataflow/flow_fixture_test.h"

namespace inquest::dataflow {
namespace {

constexpr std::uint64_t kStack = synth::Kernel::kFree + 0x1000, kDentry = synth::Kernel::kFree + 0x4000,
                        kInode = synth::Kernel::kFree + 0x5000;

// "inner" is called by "outer" and stands at the instruction of that number; the stack is written by a test
// word by word, upwards from inner's stack pointer.
class FrameValuesTest : public FlowTest {
  protected:
    FrameValuesTest() {
        types().function("outer", number, {{"dentry", dentry_pointer}, {"inode", inode_pointer}});
        types().function("inner", number, {{"inode", inode_pointer}, {"flags", wide}});
        types().function("other", number, {{"inode", inode_pointer}, {"flags", wide}});
        kernel.put(kStack, std::vector<std::uint8_t>(0x1000));
        kernel.put(kDentry, std::vector<std::uint8_t>(64));
        kernel.put_word(kDentry + 16, kInode);
    }

    // Where the call of outer's returns to.
    std::uint64_t back(std::uint32_t call) {
        const Lifted& lifted = flow("outer").instructions()[call];
        return lifted.address + lifted.length;
    }
    // The frames of a stack on which `words` lie above inner's stack pointer; the return address among them
    // is at `returns`.
    FrameValues frames(std::uint32_t at, std::initializer_list<std::uint64_t> words, std::size_t returns,
                       std::uint32_t call) {
        std::uint64_t place = kStack;
        for (std::uint64_t word : words) kernel.put_word(place, word), place += 8;
        flows();
        registers[rsp] = kStack;
        stack = {{.ip = flow("inner").instructions()[at].address, .sp = kStack, .exact = true},
                 {.ip = back(call), .sp = kStack + 8 * returns + 8}};
        return FrameValues(flows(), stack, registers);
    }
    static std::uint64_t value(const std::vector<FrameValues::Argument>& arguments, std::size_t i) {
        return i < arguments.size() && arguments[i].value ? arguments[i].value->value : 0;
    }

    std::vector<StackFrame> stack;
    std::array<std::optional<std::uint64_t>, kMostRegisters> registers{};
};

TEST_F(FrameValuesTest, AnArgumentStillStandsInARegisterThatTheInnerFunctionSaved) {
    code("inner", {"53",        // push %rbx
                   "48 89 fb",  // mov %rdi,%rbx
                   "31 ff",     // xor %edi,%edi
                   "8b 43 10",  // mov 0x10(%rbx),%eax
                   "5b", "c3"});
    code("outer", {"55", "53",    // push %rbp; push %rbx
                   "48 89 fb",    // mov %rdi,%rbx
                   "48 89 f5",    // mov %rsi,%rbp
                   "48 89 f7",    // mov %rsi,%rdi
                   "call inner",  //
                   "5b", "5d", "c3"});
    registers[rbx] = kInode;
    registers[rbp] = kInode;
    registers[rdi] = 0;
    const auto all = frames(3, {kDentry, 0}, 1, 5);
    ASSERT_EQ(all.frames().size(), 2U);
    EXPECT_TRUE(all.frames()[1].calls_next);
    const auto inner = all.arguments(0), outer = all.arguments(1);
    ASSERT_EQ(inner.size(), 2U);
    EXPECT_EQ(inner[0].name, "inode");
    EXPECT_EQ(value(inner, 0), kInode) << "in inner's own rbx, though rdi is gone";
    EXPECT_EQ(inner[0].value->how, Known::held);
    ASSERT_EQ(outer.size(), 2U);
    EXPECT_EQ(outer[0].name, "dentry");
    EXPECT_EQ(value(outer, 0), kDentry) << "outer's rbx, which inner pushed";
    EXPECT_EQ(value(outer, 1), kInode) << "outer's rbp, which inner left alone";
}

TEST_F(FrameValuesTest, AnArgumentStillLiesInASlotOfItsFunction) {
    code("inner", {"31 ff", "8b 06", "c3"});  // xor %edi,%edi; mov (%rsi),%eax
    code("outer", {"48 83 ec 18",             // sub $0x18,%rsp
                   "48 89 7c 24 08",          // mov %rdi,0x8(%rsp)
                   "48 89 f7",                // mov %rsi,%rdi
                   "call inner",              //
                   "48 83 c4 18", "c3"});
    const auto all = frames(1, {0, 0x11, kDentry, 0x22}, 0, 3);
    const auto outer = all.arguments(1);
    EXPECT_EQ(value(outer, 0), kDentry);
    EXPECT_FALSE(outer[1].value) << "rsi is nobody's to keep";
    EXPECT_FALSE(all.arguments(0)[0].value) << "and rdi was overwritten: outer's rsi is not known either";
}

TEST_F(FrameValuesTest, AConstantAtTheCallIsTheArgument) {
    code("inner", {"31 f6", "8b 47 10", "c3"});  // xor %esi,%esi; mov 0x10(%rdi),%eax
    code("outer", {"53",                         // push %rbx
                   "be 07 00 00 00",             // mov $0x7,%esi
                   "31 ff",                      // xor %edi,%edi
                   "call inner", "5b", "c3"});
    const auto inner = frames(1, {0, 0}, 0, 3).arguments(0);
    ASSERT_TRUE(inner[1].value);
    EXPECT_EQ(inner[1].value->value, 7U);
    EXPECT_EQ(inner[1].value->how, Known::constant);
    ASSERT_TRUE(inner[0].value);
    EXPECT_EQ(inner[0].value->value, 0U) << "NULL is a value";
}

TEST_F(FrameValuesTest, WhatTheCallerLoadedItFromIsReadAgain) {
    code("inner", {"31 ff", "8b 06", "c3"});  // xor %edi,%edi; mov (%rsi),%eax
    code("outer", {"53",                      // push %rbx
                   "48 89 fb",                // mov %rdi,%rbx
                   "48 8b 7b 10",             // mov 0x10(%rbx),%rdi
                   "call inner", "5b", "c3"});
    registers[rbx] = kDentry;
    const auto inner = frames(1, {0, 0}, 0, 3).arguments(0);
    ASSERT_TRUE(inner[0].value);
    EXPECT_EQ(inner[0].value->value, kInode);
    EXPECT_EQ(inner[0].value->how, Known::memory) << "it may have changed since";
    EXPECT_LT(inner[0].value->sureness, 80);
}

TEST_F(FrameValuesTest, AFunctionThatOnlyJumpsOnHandsOnItsArguments) {
    code("inner", {"31 f6", "8b 07", "c3"});  // xor %esi,%esi; mov (%rdi),%eax
    code("other", {"31 ff",                   // xor %edi,%edi
                   "89 f0",                   // mov %esi,%eax
                   "jmp inner"});
    code("outer", {"53",              // push %rbx
                   "be 07 00 00 00",  // mov $0x7,%esi
                   "bf 08 00 00 00",  // mov $0x8,%edi
                   "call other", "5b", "c3"});
    registers[rdi] = 0;
    const auto all = frames(1, {0, 0}, 0, 3);
    EXPECT_FALSE(all.frames()[1].calls_next);
    const auto inner = all.arguments(0);
    ASSERT_TRUE(inner[1].value) << "other leaves rsi alone";
    EXPECT_EQ(inner[1].value->value, 7U);
    EXPECT_LT(inner[1].value->sureness, 80);
    EXPECT_NE(value(inner, 0), 8U) << "rdi is other's own";
}

TEST_F(FrameValuesTest, WhereTheCallerCallsAnotherFunctionNothingIsClaimed) {
    code("inner", {"31 f6", "8b 07", "c3"});  // xor %esi,%esi; mov (%rdi),%eax
    code("other", {"89 c6", "jmp inner"});    // mov %eax,%esi
    code("outer", {"53",                      // push %rbx
                   "be 07 00 00 00",          // mov $0x7,%esi
                   "call other", "5b", "c3"});
    const auto all = frames(1, {0, 0}, 0, 2);
    EXPECT_FALSE(all.frames()[1].calls_next);
    EXPECT_FALSE(all.arguments(0)[1].value) << "other gave inner something else";
}

TEST_F(FrameValuesTest, ThroughAPointerAnArgumentIsLessSure) {
    code("inner", {"31 f6", "8b 07", "c3"});  // xor %esi,%esi; mov (%rdi),%eax
    code("outer", {"53",                      // push %rbx
                   "be 07 00 00 00",          // mov $0x7,%esi
                   "ff d0", "5b", "c3"});     // call *%rax
    const auto inner = frames(1, {0, 0}, 0, 2).arguments(0);
    ASSERT_TRUE(inner[1].value);
    EXPECT_EQ(inner[1].value->value, 7U);
    EXPECT_LT(inner[1].value->sureness, 80);
}

TEST_F(FrameValuesTest, AnInterruptedFunctionGaveNoArguments) {
    code("inner", {"31 ff", "8b 06", "c3"});  // xor %edi,%edi; mov (%rsi),%eax
    code("outer", {"bf 07 00 00 00",          // mov $0x7,%edi
                   "48 8b 03", "c3"});        // mov (%rbx),%rax
    constexpr std::uint64_t kRegisters = kStack + 0x100;
    kernel.put_word(kRegisters + 5 * 8, kDentry);        // rbx
    kernel.put_word(kRegisters + 19 * 8, kStack + 512);  // rsp
    flows();
    registers[rsp] = kStack;
    stack = {{.ip = place("inner") + 2, .sp = kStack, .exact = true},
             {.ip = place("outer") + 5,
              .sp = kStack + 512,
              .exact = true,
              .registers = kRegisters,
              .all_registers = true}};
    const FrameValues all(flows(), stack, registers);
    ASSERT_EQ(all.frames().size(), 2U);
    EXPECT_TRUE(all.frames()[1].interrupted);
    EXPECT_EQ(all.frames()[1].registers[rbx], kDentry);
    EXPECT_FALSE(all.arguments(0)[0].value) << "what was interrupted called nobody";
}

TEST_F(FrameValuesTest, AFunctionWithoutPrototypeHasTheArgumentsThatItsCodeReads) {
    code("nameless", {"31 ff",          // xor %edi,%edi: not what it was called with
                      "48 8b 06",       // mov (%rsi),%rax
                      "48 89 d3",       // mov %rdx,%rbx
                      "8b 06", "c3"});  // mov (%rsi),%eax
    code("outer", {"53",                // push %rbx
                   "48 89 f3",          // mov %rsi,%rbx
                   "48 89 de",          // mov %rbx,%rsi
                   "ba 07 00 00 00",    // mov $0x7,%edx
                   "call nameless", "5b", "c3"});
    kernel.put_word(kStack, 0);
    flows();
    registers[rsp] = kStack;
    registers[rsi] = kInode;
    stack = {{.ip = flow("nameless").instructions()[3].address, .sp = kStack, .exact = true},
             {.ip = back(4), .sp = kStack + 8}};
    const FrameValues all(flows(), stack, registers);
    const auto arguments = all.arguments(0);
    ASSERT_EQ(arguments.size(), 2U);
    EXPECT_EQ(arguments[0].number, 2U);
    EXPECT_EQ(value(arguments, 0), kInode);
    EXPECT_EQ(arguments[1].number, 3U);
    EXPECT_EQ(value(arguments, 1), 7U);
    EXPECT_EQ(arguments[1].name, "");
}

TEST_F(FrameValuesTest, OfATaskThatSleepsTheStackIsEnough) {
    code("inner", {"53",        // push %rbx
                   "48 89 fb",  // mov %rdi,%rbx
                   "57",        // push %rdi
                   "call other", "5f", "5b", "c3"});
    code("other", {"c3"});
    kernel.put_word(kStack, kDentry);
    flows();
    const Lifted& call = flow("inner").instructions()[3];
    stack = {{.ip = call.address + call.length, .sp = kStack}};
    const FrameValues all(flows(), stack, registers);
    EXPECT_EQ(value(all.arguments(0), 0), kDentry);
}

TEST_F(FrameValuesTest, WhatIsNotOfTheTraceIsNothing) {
    code("inner", {"8b 07", "c3"});
    code("outer", {"call inner", "c3"});
    const auto all = frames(0, {0, 0}, 0, 0);
    EXPECT_FALSE(all.find(7, 1));
    EXPECT_FALSE(all.find(0, kUnknownValue));
    EXPECT_TRUE(all.arguments(7).empty());
}

}  // namespace
}  // namespace inquest::dataflow
