#include "dataflow/function_flow.h"

#include "dataflow/flow_fixture_test.h"

namespace inquest::dataflow {
namespace {

using FunctionFlowTest = FlowTest;

TEST_F(FunctionFlowTest, ArgumentsHaveTheNamesAndTypesOfThePrototype) {
    types().function("look", number, {{"dentry", dentry_pointer}, {"flags", wide}});
    code("look", {"c3"});
    EXPECT_EQ(expression_of("look", 0, rdi), "dentry");
    EXPECT_EQ(type("look", 0, rdi), "struct dentry *");
    EXPECT_EQ(type("look", 0, rsi), "unsigned long");
    EXPECT_EQ(type("look", 0, rdx), "?") << "there is no third one";
    EXPECT_EQ(expression_of("look", 0, rdx), "?");
    EXPECT_EQ(flow("look").prototype()->sureness, 95);
}

TEST_F(FunctionFlowTest, AFunctionThatNobodyDescribesHasNoTypes) {
    code("unknown", {"48 8b 47 10", "c3"});  // mov 0x10(%rdi),%rax
    EXPECT_EQ(type("unknown", 0, rdi), "?");
    EXPECT_EQ(type("unknown", 1, rax), "?");
    EXPECT_EQ(accesses("unknown"), "");
}

TEST_F(FunctionFlowTest, LoadsFollowAChainOfMembers) {
    types().function("look", number, {{"dentry", dentry_pointer}});
    code("look", {"48 8b 47 10",  // mov 0x10(%rdi),%rax
                  "48 8b 48 08",  // mov 0x8(%rax),%rcx
                  "48 8b 11",     // mov (%rcx),%rdx
                  "c3"});
    EXPECT_EQ(expression_of("look", 3, rcx), "dentry->d_inode->i_op");
    EXPECT_EQ(expression_of("look", 3, rdx), "dentry->d_inode->i_op->open");
    EXPECT_EQ(type("look", 3, rcx), "struct operations *");
    EXPECT_EQ(accesses("look"), "0 dentry->d_inode; 1 dentry->d_inode->i_op; 2 dentry->d_inode->i_op->open");
}

TEST_F(FunctionFlowTest, WritesAndPartsAreAccessesToo) {
    types().function("count", number, {{"inode", inode_pointer}});
    code("count", {"c7 47 10 05 00 00 00",  // movl $0x5,0x10(%rdi)
                   "ff 47 10",              // incl 0x10(%rdi)
                   "0f b7 47 10",           // movzwl 0x10(%rdi),%eax
                   "48 8b 47 10",           // mov 0x10(%rdi),%rax: four bytes too many
                   "c3"});
    EXPECT_EQ(accesses("count"), "0 =inode->i_count; 1 =inode->i_count; 2 inode->i_count");
    EXPECT_EQ(type("count", 4, rax), "?");
}

TEST_F(FunctionFlowTest, AnAddressWithinAnObjectIsOfTheObject) {
    types().function("count", number, {{"inode", inode_pointer}});
    code("count", {"48 8d 47 10",  // lea 0x10(%rdi),%rax
                   "48 8b 48 f8",  // mov -0x8(%rax),%rcx
                   "8b 08",        // mov (%rax),%ecx
                   "c3"});
    EXPECT_EQ(type("count", 3, rax), "struct inode *+16");
    EXPECT_EQ(expression_of("count", 3, rax), "&inode->i_count");
    EXPECT_EQ(expression_of("count", 2, rcx), "inode->i_op") << "back to the object, as container_of goes";
    EXPECT_EQ(accesses("count"), "1 inode->i_op; 2 inode->i_count");
}

TEST_F(FunctionFlowTest, AnIndexedLoadIsOfAnElement) {
    types().function("slot", dentry_pointer, {{"inode", inode_pointer}, {"n", wide}});
    code("slot", {"48 8b 44 f7 20",  // mov 0x20(%rdi,%rsi,8),%rax
                  "48 8b 50 10",     // mov 0x10(%rax),%rdx
                  "48 8b 44 37 08",  // mov 0x8(%rdi,%rsi,1),%rax: i_op is no array
                  "c3"});
    EXPECT_EQ(expression_of("slot", 1, rax), "inode->i_slots[]");
    EXPECT_EQ(type("slot", 2, rdx), "struct inode *");
    EXPECT_EQ(type("slot", 3, rax), "?");
    EXPECT_EQ(accesses("slot"), "0 inode->i_slots[]; 1 inode->i_slots[]->d_inode");
}

TEST_F(FunctionFlowTest, SpillsToTheStackAreReloaded) {
    types().function("spill", number, {{"dentry", dentry_pointer}, {"inode", inode_pointer}});
    code("spill", {"55",              // push %rbp
                   "48 83 ec 18",     // sub $0x18,%rsp
                   "48 89 74 24 08",  // mov %rsi,0x8(%rsp)
                   "31 f6",           // xor %esi,%esi
                   "48 8b 44 24 08",  // mov 0x8(%rsp),%rax
                   "89 44 24 08",     // mov %eax,0x8(%rsp)
                   "48 8b 4c 24 08",  // mov 0x8(%rsp),%rcx
                   "48 83 c4 18",     // add $0x18,%rsp
                   "5d",              // pop %rbp
                   "c3"});
    EXPECT_EQ(expression_of("spill", 5, rax), "inode");
    EXPECT_EQ(type("spill", 5, rax), "struct inode *");
    EXPECT_EQ(expression_of("spill", 7, rcx), "?") << "half of it was written since";
    const State last = *flow("spill").before(9);
    const ValueTable& values = flow("spill").values();
    EXPECT_EQ(values[last.registers[rbp]].kind, Value::Kind::entry) << "the caller's again";
    EXPECT_EQ(values[last.registers[rbp]].reg, rbp);
    EXPECT_EQ(values[last.registers[rsp]].kind, Value::Kind::stack);
    EXPECT_EQ(values[last.registers[rsp]].number, 0);
}

TEST_F(FunctionFlowTest, ACallLeavesOnlyWhatTheCalleeKeeps) {
    types().function("parent", dentry_pointer, {{"dentry", dentry_pointer}});
    types().function("use", number, {{"dentry", dentry_pointer}});
    code("parent", {"c3"});
    code("use", {"53",           // push %rbx
                 "48 89 fb",     // mov %rdi,%rbx
                 "call parent",  //
                 "48 8b 50 10",  // mov 0x10(%rax),%rdx
                 "5b",           // pop %rbx
                 "c3"});
    EXPECT_EQ(expression_of("use", 3, rbx), "dentry");
    EXPECT_EQ(expression_of("use", 3, rdi), "?") << "the callee may have changed it";
    EXPECT_EQ(type("use", 3, rdi), "?");
    EXPECT_EQ(expression_of("use", 3, rax), "parent()");
    EXPECT_EQ(type("use", 3, rax), "struct dentry *");
    EXPECT_EQ(accesses("use"), "3 parent()->d_inode");
}

TEST_F(FunctionFlowTest, ACalleeThatGetsTheAddressOfASlotMayWriteIt) {
    types().function("fill", number, {{"out", types().pointer(dentry_pointer)}});
    types().function("use", number, {{"dentry", dentry_pointer}});
    code("fill", {"c3"});
    code("use", {"48 83 ec 18",     // sub $0x18,%rsp
                 "48 89 7c 24 08",  // mov %rdi,0x8(%rsp)
                 "48 89 7c 24 10",  // mov %rdi,0x10(%rsp)
                 "48 8d 7c 24 08",  // lea 0x8(%rsp),%rdi
                 "call fill",       //
                 "48 8b 74 24 08",  // mov 0x8(%rsp),%rsi
                 "48 8b 4c 24 10",  // mov 0x10(%rsp),%rcx
                 "48 83 c4 18",     // add $0x18,%rsp
                 "c3"});
    EXPECT_EQ(expression_of("use", 7, rsi), "?");
    EXPECT_EQ(expression_of("use", 7, rcx), "dentry") << "the type says how far it may write";
}

TEST_F(FunctionFlowTest, ACallThroughAMemberIsTypedByTheMember) {
    types().function("use", number, {{"inode", inode_pointer}});
    code("use", {"48 83 ec 08",  // sub $0x8,%rsp
                 "48 8b 47 08",  // mov 0x8(%rdi),%rax
                 "ff 50 08",     // call *0x8(%rax)
                 "48 8b 50 10",  // mov 0x10(%rax),%rdx
                 "48 83 c4 08",  // add $0x8,%rsp
                 "c3"});
    EXPECT_EQ(type("use", 3, rax), "struct dentry *");
    EXPECT_EQ(accesses("use"), "1 inode->i_op; 2 inode->i_op->lookup; 3 struct dentry.d_inode")
        << "the result itself has no name";
}

TEST_F(FunctionFlowTest, ACallThroughARegisterIsTypedByThePointer) {
    types().function("use", number, {{"ops", types().pointer(operations)}});
    code("use", {"48 8b 47 08",  // mov 0x8(%rdi),%rax
                 "ff d0",        // call *%rax
                 "c3"});
    EXPECT_EQ(type("use", 2, rax), "struct dentry *");
    const State state = *flow("use").before(1);
    const auto target = flow("use").call_target(1, state);
    EXPECT_EQ(target.callee, nullptr);
    EXPECT_EQ(expression(flow("use"), flows().environment(), target.value), "ops->lookup");
    ASSERT_TRUE(target.prototype);
    EXPECT_EQ(target.prototype->parameters.front().name, "dir");
}

TEST_F(FunctionFlowTest, WhatAnUntypedValueIsGivenToTellsItsType) {
    types().function("take", number, {{"dentry", dentry_pointer}});
    code("take", {"c3"});
    code("give", {"53",           // push %rbx
                  "48 89 fb",     // mov %rdi,%rbx
                  "call take",    //
                  "48 8b 43 10",  // mov 0x10(%rbx),%rax
                  "5b",           // pop %rbx
                  "c3"});
    EXPECT_EQ(type("give", 0, rdi), "struct dentry *");
    EXPECT_EQ(accesses("give"), "3 struct dentry.d_inode");
    EXPECT_LT(flow("give").accesses().front().sureness, 80) << "it may be a pointer to something larger";
}

TEST_F(FunctionFlowTest, ThatUsesContradictEachOtherTellsNothing) {
    types().function("take", number, {{"dentry", dentry_pointer}});
    types().function("also", number, {{"inode", inode_pointer}});
    code("take", {"c3"});
    code("also", {"c3"});
    code("give", {"53",         // push %rbx
                  "48 89 fb",   // mov %rdi,%rbx
                  "call take",  //
                  "48 89 df",   // mov %rbx,%rdi
                  "call also",  //
                  "5b",         // pop %rbx
                  "c3"});
    EXPECT_EQ(type("give", 0, rdi), "?");
}

TEST_F(FunctionFlowTest, ConstantsAreVariablesWhereOneLiesThere) {
    constexpr std::uint64_t kRoot = synth::Kernel::kFree;
    types().variable("root", dentry);
    types().variable("root_pointer", dentry_pointer);
    kernel.add_symbol(kRoot, "Droot");
    kernel.add_symbol(kRoot + 64, "Droot_pointer");
    kernel.add_symbol(kRoot + 72, "B_end");
    code("use", {"48 8b 04 25 50 00 18 80",  // mov 0xffffffff80180050,%rax: behind both
                 "48 8b 04 25 10 00 18 80",  // mov root+0x10,%rax
                 "48 8b 0c 25 40 00 18 80",  // mov root_pointer,%rcx
                 "48 8b 51 10",              // mov 0x10(%rcx),%rdx
                 "48 c7 c7 00 00 18 80",     // mov $root,%rdi
                 "c3"});
    EXPECT_EQ(type("use", 1, rax), "?");
    EXPECT_EQ(type("use", 2, rax), "struct inode *");
    EXPECT_EQ(expression_of("use", 4, rcx), "root_pointer");
    EXPECT_EQ(expression_of("use", 4, rdx), "root_pointer->d_inode");
    EXPECT_EQ(expression_of("use", 5, rdi), "&root");
}

TEST_F(FunctionFlowTest, NarrowedPointersAreNoPointers) {
    types().function("cut", number, {{"dentry", dentry_pointer}});
    code("cut", {"89 f8",        // mov %edi,%eax
                 "48 83 e7 f8",  // and $0xfffffffffffffff8,%rdi
                 "83 e7 f8",     // and $0xfffffff8,%edi
                 "c3"});
    EXPECT_EQ(type("cut", 1, rax), "?");
    EXPECT_EQ(type("cut", 2, rdi), "struct dentry *") << "without the bits that aligned pointers have free";
    EXPECT_EQ(type("cut", 3, rdi), "?");
}

}  // namespace
}  // namespace inquest::dataflow
