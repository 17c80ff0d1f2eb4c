#include "dataflow/flow_builder.h"

#include "dataflow/flow_fixture_test.h"

namespace inquest::dataflow {
namespace {

using FlowBuilderTest = FlowTest;

TEST_F(FlowBuilderTest, WaysThatAgreeKeepTheType) {
    types().function("pick", number, {{"a", dentry_pointer}, {"b", dentry_pointer}});
    code("pick", {"48 89 f8",     // mov %rdi,%rax
                  "48 85 f6",     // test %rsi,%rsi
                  "74 03",        // je 1f
                  "48 89 f0",     // mov %rsi,%rax
                  "48 8b 48 10",  // 1: mov 0x10(%rax),%rcx
                  "c3"});
    EXPECT_EQ(type("pick", 4, rax), "struct dentry *");
    EXPECT_EQ(expression_of("pick", 4, rax), "?") << "a or b";
    EXPECT_EQ(expression_of("pick", 4, rdi), "a") << "both ways leave it as it is";
    const State state = *flow("pick").before(4);
    EXPECT_EQ(flow("pick").values()[state.registers[rax]].inputs.size(), 2U);
    EXPECT_EQ(accesses("pick"), "4 struct dentry.d_inode");
}

TEST_F(FlowBuilderTest, WaysThatDisagreeLoseTheType) {
    types().function("pick", number, {{"a", dentry_pointer}, {"b", inode_pointer}});
    code("pick", {"48 89 f8",     // mov %rdi,%rax
                  "48 85 f6",     // test %rsi,%rsi
                  "74 03",        // je 1f
                  "48 89 f0",     // mov %rsi,%rax
                  "48 8b 48 10",  // 1: mov 0x10(%rax),%rcx
                  "c3"});
    EXPECT_EQ(type("pick", 3, rax), "struct dentry *") << "on one way";
    EXPECT_EQ(type("pick", 4, rax), "?");
    EXPECT_EQ(accesses("pick"), "");
}

TEST_F(FlowBuilderTest, NullFitsAnyPointer) {
    types().function("pick", number, {{"a", dentry_pointer}});
    code("pick", {"31 c0",        // xor %eax,%eax
                  "48 85 f6",     // test %rsi,%rsi
                  "74 03",        // je 1f
                  "48 89 f8",     // mov %rdi,%rax
                  "48 8b 48 10",  // 1: mov 0x10(%rax),%rcx
                  "c3"});
    EXPECT_EQ(type("pick", 4, rax), "struct dentry *");
}

TEST_F(FlowBuilderTest, ASpillOnOneWayOnlyIsNotKnownBehindIt) {
    types().function("spill", number, {{"a", dentry_pointer}, {"b", dentry_pointer}});
    code("spill", {"48 89 7c 24 f8",  // mov %rdi,-0x8(%rsp)
                   "48 85 d2",        // test %rdx,%rdx
                   "74 0a",           // je 1f
                   "48 89 7c 24 f0",  // mov %rdi,-0x10(%rsp)
                   "48 89 74 24 f8",  // mov %rsi,-0x8(%rsp)
                   "48 8b 44 24 f8",  // 1: mov -0x8(%rsp),%rax
                   "48 8b 4c 24 f0",  // mov -0x10(%rsp),%rcx
                   "c3"});
    EXPECT_EQ(type("spill", 7, rax), "struct dentry *") << "one or the other";
    EXPECT_EQ(expression_of("spill", 7, rax), "?");
    EXPECT_EQ(type("spill", 7, rcx), "?");
}

TEST_F(FlowBuilderTest, ALoopOverAnArrayOfStructuresKeepsTheElementsType) {
    types().function("walk", number, {{"inode", inode_pointer}});
    code("walk", {"48 8b 47 18",  // mov 0x18(%rdi),%rax
                  "48 8b 50 08",  // 1: mov 0x8(%rax),%rdx
                  "48 83 c0 18",  // add $0x18,%rax
                  "48 39 c8",     // cmp %rcx,%rax
                  "75 f3",        // jne 1b
                  "c3"});
    EXPECT_EQ(type("walk", 1, rax), "struct item *");
    EXPECT_EQ(type("walk", 2, rdx), "struct dentry *");
    EXPECT_EQ(accesses("walk"), "0 inode->i_items; 1 struct item.owner");
}

TEST_F(FlowBuilderTest, ALoopThatMovesByPartsOfAnElementHasNoType) {
    types().function("walk", number, {{"inode", inode_pointer}});
    code("walk", {"48 8b 47 18",  // mov 0x18(%rdi),%rax
                  "48 8b 50 08",  // 1: mov 0x8(%rax),%rdx
                  "48 83 c0 08",  // add $0x8,%rax
                  "48 39 c8",     // cmp %rcx,%rax
                  "75 f3",        // jne 1b
                  "c3"});
    EXPECT_EQ(type("walk", 1, rax), "?");
}

TEST_F(FlowBuilderTest, AListWalkedByItsOwnMemberKeepsTheType) {
    types().function("up", number, {{"dentry", dentry_pointer}});
    code("up", {"48 8b 7f 08",  // 1: mov 0x8(%rdi),%rdi
                "48 85 ff",     // test %rdi,%rdi
                "75 f7",        // jne 1b
                "c3"});
    EXPECT_EQ(type("up", 0, rdi), "struct dentry *");
    EXPECT_EQ(expression_of("up", 0, rdi), "?") << "the argument only the first time";
}

TEST_F(FlowBuilderTest, AColdPartHasTheStateOfTheJumpThatLeadsThere) {
    types().function("work", number, {{"dentry", dentry_pointer}});
    code("work", {"48 8b 47 10",   // mov 0x10(%rdi),%rax
                  "48 85 c0",      // test %rax,%rax
                  "je work.cold",  //
                  "c3"});
    code("work.cold", {"48 8b 57 08",  // mov 0x8(%rdi),%rdx
                       "48 8b 08",     // mov (%rax),%rcx
                       "c3"});
    EXPECT_EQ(flows().function(place("work.cold") + 4), &flow("work")) << "one function in two parts";
    const auto first = flow("work").index_of(place("work.cold"));
    ASSERT_TRUE(first);
    EXPECT_EQ(expression_of("work", *first, rdi), "dentry");
    EXPECT_EQ(expression_of("work", *first + 1, rax), "dentry->d_inode");
    EXPECT_EQ(expression_of("work", *first + 1, rdx), "dentry->d_parent");
}

TEST_F(FlowBuilderTest, ASuffixedNameKeepsThePrototypeOnlyWhereItsAccessesFit) {
    types().function("fits", number, {{"dentry", dentry_pointer}});
    types().function("other", number, {{"dentry", dentry_pointer}});
    types().function("idle", number, {{"dentry", dentry_pointer}});
    code("fits.constprop.0", {"48 8b 47 10", "c3"});    // mov 0x10(%rdi),%rax
    code("other.constprop.0", {"48 8b 87 00 01 00 00",  // mov 0x100(%rdi),%rax: far behind a dentry
                               "48 8b 4f 10", "c3"});   // mov 0x10(%rdi),%rcx
    code("idle.constprop.0", {"48 89 f8", "c3"});       // mov %rdi,%rax
    EXPECT_EQ(type("fits.constprop.0", 0, rdi), "struct dentry *");
    EXPECT_LT(flow("fits.constprop.0").accesses().front().sureness, 90) << "not as sure as the name itself";
    EXPECT_EQ(type("other.constprop.0", 0, rdi), "?");
    EXPECT_FALSE(flow("other.constprop.0").prototype());
    EXPECT_EQ(accesses("other.constprop.0"), "");
    EXPECT_EQ(type("idle.constprop.0", 0, rdi), "?") << "nothing bears it out";
}

TEST_F(FlowBuilderTest, OfWhatIpaSraMadeNoArgumentIsKnown) {
    types().function("parts", number, {{"dentry", dentry_pointer}});
    code("parts.isra.0", {"48 8b 47 10", "c3"});  // mov 0x10(%rdi),%rax: of what dentry led to, as it may be
    EXPECT_FALSE(flow("parts.isra.0").prototype());
    EXPECT_EQ(accesses("parts.isra.0"), "");
}

TEST_F(FlowBuilderTest, LoopsThatLeadIntoEachOtherSettle) {
    types().function("round", number, {{"dentry", dentry_pointer}});
    // Two loops, each entered from the other, that swap what they hold every time.
    code("round", {"48 8b 47 10",  // 0: mov 0x10(%rdi),%rax
                   "48 89 fb",     // 4: mov %rdi,%rbx
                   "48 93",        // 7: xchg %rax,%rbx
                   "48 85 c0",     // 9: test %rax,%rax
                   "74 07",        // c: je 15
                   "48 89 c3",     // e: mov %rax,%rbx
                   "48 8b 43 10",  // 11: mov 0x10(%rbx),%rax
                   "48 39 d8",     // 15: cmp %rbx,%rax
                   "75 ed",        // 18: jne 7
                   "48 8b 47 10",  // 1a: mov 0x10(%rdi),%rax
                   "c3"});
    EXPECT_EQ(expression_of("round", 9, rdi), "dentry") << "what settles at once is known";
}

TEST_F(FlowBuilderTest, BehindAnInstructionThatNobodyKnowsNothingIs) {
    types().function("broken", number, {{"dentry", dentry_pointer}});
    code("broken", {"48 8b 47 10",  // mov 0x10(%rdi),%rax
                    "06",           // none in 64-bit mode
                    "48 8b 4f 10",  // mov 0x10(%rdi),%rcx
                    "c3"});
    EXPECT_EQ(expression_of("broken", 1, rax), "dentry->d_inode");
    EXPECT_EQ(expression_of("broken", 2, rdi), "unreached");
    EXPECT_EQ(accesses("broken"), "0 dentry->d_inode");
}

TEST_F(FlowBuilderTest, CodeThatNoWayLeadsToHasNoState) {
    types().function("skip", number, {{"dentry", dentry_pointer}});
    code("skip", {"eb 04",        // jmp 1f
                  "48 8b 47 10",  // mov 0x10(%rdi),%rax
                  "c3",           // 1: ret
                  "48 8b 47 10"});
    EXPECT_EQ(expression_of("skip", 1, rdi), "unreached");
    EXPECT_EQ(expression_of("skip", 2, rdi), "dentry");
    EXPECT_EQ(expression_of("skip", 3, rdi), "unreached");
    EXPECT_FALSE(flow("skip").before(1000000)) << "no such instruction";
}

TEST_F(FlowBuilderTest, BehindACallThatNeverReturnsNothingIsReached) {
    types().function("die", number, {{"dentry", dentry_pointer}});
    code("panic", {"c3"});
    code("die", {"call panic",     //
                 "48 8b 47 10"});  // mov 0x10(%rdi),%rax
    EXPECT_EQ(expression_of("die", 1, rdi), "unreached");
}

TEST_F(FlowBuilderTest, KnowsWhatEveryWayGoesThrough) {
    code("ways", {"48 85 ff",  // test %rdi,%rdi
                  "74 03",     // je 1f
                  "48 89 f0",  // mov %rsi,%rax
                  "48 89 f9",  // 1: mov %rdi,%rcx
                  "c3"});
    const FunctionFlow& ways = flow("ways");
    EXPECT_TRUE(ways.always_run_before(ways.block_of(0), 4));
    EXPECT_FALSE(ways.always_run_before(ways.block_of(2), 4)) << "it may be jumped over";
    EXPECT_TRUE(ways.always_run_before(ways.block_of(3), 4));
}

TEST_F(FlowBuilderTest, HostileCodeSettlesOrIsGivenUp) {
    code("for_ever", {"eb fe"});                      // jmp to itself
    code("middle", {"eb ff", "c0 c3 90", "c3"});      // jmp into its own second byte
    code("far", {"e9 00 00 00 70", "c3"});            // out of the kernel
    code("both", {"48 83 c7 08", "75 fa", "eb f8"});  // an address that moves on for ever
    code("stack", {"53", "eb fd"});                   // pushes for ever
    code("grows", {"48 8d 64 24 f8", "75 f9", "54", "eb f6"});
    code("tower", {"48 8b 7f 08", "48 8d 7f 08", "75 f6", "48 8b 3f", "75 f1", "eb ef"});
    for (const char* name : {"for_ever", "middle", "far", "both", "stack", "grows", "tower"}) {
        const FunctionFlow& one = flow(name);
        for (std::uint32_t i = 0; i < one.instructions().size(); ++i) (void)one.before(i);
        (void)one.accesses();
        EXPECT_LT(one.values().size(), 10000U) << name;
    }
    EXPECT_EQ(expression_of("middle", 1, rdi), "unreached") << "it is no instruction of the function's";
    EXPECT_EQ(type("both", 0, rdi), "?");
}

TEST_F(FlowBuilderTest, WhereNoSymbolBeginsThereIsNoFunction) {
    code("one", {"c3"});
    EXPECT_EQ(flows().function(0), nullptr);
    EXPECT_EQ(flows().function(synth::Kernel::kFree), nullptr) << "no code";
    EXPECT_EQ(flows().function(place("one") + 1), &flow("one"));
}

}  // namespace
}  // namespace inquest::dataflow
