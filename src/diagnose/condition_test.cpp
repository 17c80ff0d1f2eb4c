#include "diagnose/condition.h"

#include "dataflow/flow_fixture_test.h"

namespace inquest::diagnose {
namespace {

class ConditionTest : public dataflow::FlowTest {};

TEST_F(ConditionTest, ALoopThatReadsOneMemberWaitsForIt) {
    code("spin", {"48 89 fb",  // mov %rdi,%rbx
                  "f3 90",     // 3: pause
                  "8b 43 08",  // 5: mov 0x8(%rbx),%eax
                  "85 c0",     // 8: test %eax,%eax
                  "75 f7",     // a: jne 3
                  "8b 43 10",  // c: mov 0x10(%rbx),%eax: behind the loop
                  "c3"});
    auto read = read_of_loop(flow("spin"), 1);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->instruction, 2U);
    EXPECT_EQ(read->place.displacement, 8);
    EXPECT_FALSE(read_of_loop(flow("spin"), 5)) << "no loop is there";
}

TEST_F(ConditionTest, TheWalkOfAListIsKeptGoingByItsLink) {
    code("walk", {"48 8b 47 10",  // 0: mov 0x10(%rdi),%rax
                  "03 50 08",     // 4: add 0x8(%rax),%edx
                  "48 8b 40 18",  // 7: mov 0x18(%rax),%rax
                  "48 85 c0",     // b: test %rax,%rax
                  "75 f4",        // e: jne 4
                  "c3"});
    auto read = read_of_loop(flow("walk"), 1);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->place.displacement, 0x18);
}

TEST_F(ConditionTest, OfTwoMembersNeitherOfWhichLeadsOnNothingIsSaid) {
    code("both", {"8b 47 08",  // 0: mov 0x8(%rdi),%eax
                  "3b 47 10",  // 3: cmp 0x10(%rdi),%eax
                  "75 f8",     // 6: jne 0
                  "c3"});
    EXPECT_FALSE(read_of_loop(flow("both"), 0));
}

TEST_F(ConditionTest, WhatLiesOnTheStackIsNoCondition) {
    code("local", {"48 83 ec 10",  // sub $0x10,%rsp
                   "8b 44 24 08",  // mov 0x8(%rsp),%eax
                   "8b 5f 08",     // mov 0x8(%rdi),%ebx
                   "c3"});
    const auto reads = reads_in(flow("local"), 0, 3);
    ASSERT_EQ(reads.size(), 1U);
    EXPECT_EQ(reads.front().instruction, 2U);
}

}  // namespace
}  // namespace inquest::diagnose
