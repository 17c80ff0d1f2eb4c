#include "kernel/object_health.h"

#include <algorithm>
#include <gtest/gtest.h>

#include "kernel/pointers_to.h"
#include "kernel/synthetic_test.h"

namespace inquest {
namespace {

constexpr std::uint64_t kThing = synth::Kernel::kFree, kOther = kThing + 0x100, kHead = kThing + 0x200;
constexpr std::uint64_t kLink = 16, kUses = 8, kHook = 32, kOps = 40, kPeer = 48, kBool = 60, kLock = 64,
                        kNode = 96, kSize = 112;
constexpr std::uint64_t kPoison1 = 0xdead000000000100, kPoison2 = 0xdead000000000122;

class ObjectHealthTest : public testing::Test {
  protected:
    ObjectHealthTest() {
        auto& types = kernel.types;
        auto number = types.integer("int", 4), wide = types.integer("unsigned long", 8),
             truth = types.integer("_Bool", 1);
        auto any = types.pointer(0);
        auto list = types.structure("list_head", 16, {{"next", any, 0}, {"prev", any, 64}});
        auto hlist = types.structure("hlist_node", 16, {{"next", any, 0}, {"pprev", any, 64}});
        auto uses = types.structure("refcount_struct", 4, {{"refs", number, 0}});
        auto function = types.pointer(types.record("", 13, 0, number));
        auto ops = types.pointer(types.record("thing_ops", 7, 0, 0));
        auto peer = types.pointer(types.record("thing", 7, 0, 0));
        auto mutex = types.structure("mutex", 32, {{"owner", wide, 0}, {"wait_list", list, 128}});
        types.structure("thing", kSize,
                        {{"id", wide, 0},
                         {"uses", uses, kUses * 8},
                         {"link", list, kLink * 8},
                         {"hook", function, kHook * 8},
                         {"ops", ops, kOps * 8},
                         {"peer", peer, kPeer * 8},
                         {"sure", truth, kBool * 8},
                         {"lock", mutex, kLock * 8},
                         {"node", hlist, kNode * 8}});
        for (std::uint64_t at = 0; at < 0x1000; at += 8) kernel.put_word(kThing + at, 0);
        put(kUses, 1);
        link(kHead, kThing + kLink);
        link(kThing + kLink, kOther + kLink);
        link(kOther + kLink, kHead);
        put(kHook, synth::kKernelBase + 0x20);
        put(kOps, synth::kKernelBase + 0x40);
        put(kPeer, kOther);
        put(kLock + 16, kThing + kLock + 16);
        put(kLock + 24, kThing + kLock + 16);
        task = kernel.add_task(42, "holder");
    }
    void put(std::uint64_t offset, std::uint64_t value) { kernel.put_word(kThing + offset, value); }
    void link(std::uint64_t from, std::uint64_t to) {
        kernel.put_word(from, to);
        kernel.put_word(to + 8, from);
    }
    void open() {
        session = session_of(kernel);
        ASSERT_TRUE(session);
        tasks = list_tasks(*session);
        code.emplace(*session);
        identifier.emplace(*session, *code, tasks);
    }
    ObjectHealth judge(ObjectState state = ObjectState::allocated) {
        open();
        ObjectJudge judge(*session, *code, tasks, *identifier);
        return judge.judge(*session->types(), *session->types()->find_struct("thing"), kThing, state);
    }
    ObjectHealth words(const WordUses& uses = {}) {
        open();
        ObjectJudge judge(*session, *code, tasks, *identifier);
        return judge.judge_words(kThing, kSize, uses, ObjectState::allocated);
    }
    // What is said of the member.
    static Remark of(const ObjectHealth& health, std::string_view path) {
        auto found = std::ranges::find(health.members, path, &MemberRemark::path);
        return found == health.members.end() ? Remark{} : found->remark;
    }

    synth::Kernel kernel;
    std::uint64_t task = 0;
    std::unique_ptr<Session> session;
    TaskList tasks;
    std::optional<CodeMap> code;
    std::optional<Identifier> identifier;
};

TEST_F(ObjectHealthTest, SaysNothingWrongOfAHealthyObject) {
    auto health = judge();
    EXPECT_EQ(health.count(Grade::wrong), 0U);
    EXPECT_EQ(health.count(Grade::odd), 0U);
    EXPECT_GE(health.judged, 9U);
    EXPECT_EQ(health.unread, 0U);
    EXPECT_EQ(of(health, "link").text, "linked");
    EXPECT_EQ(of(health, "lock.wait_list").text, "empty, or on no list");
    EXPECT_EQ(of(health, "node").text, "on no list");
}

TEST_F(ObjectHealthTest, FindsLinksThatDoNotPointBack) {
    kernel.put_word(kHead, kOther + kLink);
    auto health = judge();
    EXPECT_EQ(of(health, "link").grade, Grade::wrong);
    EXPECT_EQ(of(health, "link").text, "prev->next is 0xffffffff80180110 instead of this");
    kernel.put_word(kOther + kLink + 8, 0);
    EXPECT_EQ(of(judge(), "link").grade, Grade::odd) << "an entry that was taken off may look like this";
}

TEST_F(ObjectHealthTest, TellsLinksThatAreInNoListFromDamagedOnes) {
    put(kLink, kPoison1);
    put(kLink + 8, kPoison2);
    put(kNode, kPoison1);
    put(kNode + 8, kPoison2);
    auto health = judge();
    EXPECT_EQ(of(health, "link").grade, Grade::fine);
    EXPECT_EQ(of(health, "node").text, "deleted from its list");
    put(kLink, 0);
    put(kLink + 8, 0);
    EXPECT_EQ(of(judge(), "link").text, "not initialised");
    put(kLink, 0x6b6b6b6b6b6b6b6b);
    put(kLink + 8, 0x6b6b6b6b6b6b6b6b);
    EXPECT_EQ(of(judge(), "link").text, "slab poison of a freed object");
    put(kLink, 0x6c656e6e61706d69);
    put(kLink + 8, kHead);
    EXPECT_EQ(of(judge(), "link").text, "next: text (\"impannel\") where a pointer should be");
}

TEST_F(ObjectHealthTest, JudgesCountsByTheStateOfTheObject) {
    put(kUses, 0);
    EXPECT_EQ(of(judge(), "uses").grade, Grade::odd);
    EXPECT_EQ(of(judge(ObjectState::free), "uses").grade, Grade::fine);
    put(kUses, 0xc0000000);
    EXPECT_EQ(of(judge(), "uses").grade, Grade::wrong);
    EXPECT_TRUE(of(judge(), "uses").text.starts_with("saturated"));
    put(kUses, 0xffffffff);
    EXPECT_TRUE(of(judge(), "uses").text.starts_with("below 0"));
}

TEST_F(ObjectHealthTest, NamesWhoHoldsAMutex) {
    put(kLock, task | 1);
    auto health = judge();
    EXPECT_EQ(of(health, "lock.owner").grade, Grade::fine);
    EXPECT_TRUE(of(health, "lock.owner").text.starts_with("held by holder (PID 42)"));
    put(kLock, kThing);
    EXPECT_EQ(of(judge(), "lock.owner").grade, Grade::wrong);
}

TEST_F(ObjectHealthTest, HoldsPointersAgainstWhatTheyPointTo) {
    put(kHook, kThing);
    put(kOps, 0x7f0000001000);
    put(kPeer, 0x4242424242424242);
    kernel.put(kThing + kBool, std::vector<std::uint8_t>{7});
    auto health = judge();
    EXPECT_EQ(of(health, "hook").text, "no code is there");
    EXPECT_EQ(of(health, "ops").grade, Grade::wrong);
    EXPECT_EQ(of(health, "peer").text, "text (\"BBBBBBBB\") where a pointer should be");
    EXPECT_EQ(of(health, "sure").grade, Grade::wrong);
    EXPECT_EQ(health.count(Grade::wrong), 4U);
    put(kHook, 0);
    put(kOps, 0);
    put(kPeer, 0);
    EXPECT_EQ(judge().count(Grade::wrong), 1U) << "NULL may be right anywhere";
}

TEST_F(ObjectHealthTest, WhatIsNotInTheDumpIsNoZero) {
    open();
    ObjectJudge judge(*session, *code, tasks, *identifier);
    auto health = judge.judge(*session->types(), *session->types()->find_struct("thing"), 0xffff888000000000,
                              ObjectState::allocated);
    EXPECT_TRUE(health.members.empty());
    EXPECT_GE(health.unread, 7U);
}

TEST_F(ObjectHealthTest, JudgesWordsWithoutAType) {
    auto health = words();
    EXPECT_EQ(of(health, "+0x10").text, "linked");
    EXPECT_EQ(health.count(Grade::wrong), 0U);
    EXPECT_EQ(health.count(Grade::odd), 0U);
    kernel.put_word(kOther + kLink + 8, 0);
    EXPECT_EQ(of(words(), "+0x10").grade, Grade::odd);
    put(0, 0x6b6b6b6b6b6b6b6b);
    EXPECT_EQ(of(words(), "+0x0").grade, Grade::wrong);
    put(0, 0x4242424242424242);
    EXPECT_EQ(of(words(), "+0x0").text, "") << "it may be text";
    EXPECT_EQ(of(words({.pointer = 0x4242424242424242}), "+0x0").grade, Grade::wrong)
        << "unless it was used as a pointer";
    put(kUses, 0xc0000000);
    EXPECT_EQ(of(words({.count = kUses}), "+0x8").grade, Grade::wrong);
}

TEST_F(ObjectHealthTest, TypesThatHoldThemselvesEnd) {
    auto& types = kernel.types;
    // Type numbers go up: this structure's only member is of its own type.
    const auto self = types.structure("knot", 8, {});
    types.structure("tangle", 8, {{"inner", self + 1, 0}});
    open();
    ObjectJudge judge(*session, *code, tasks, *identifier);
    auto health = judge.judge(*session->types(), *session->types()->find_struct("tangle"), kThing,
                              ObjectState::allocated);
    EXPECT_TRUE(health.cut);
}

TEST_F(ObjectHealthTest, FindsWhoPointsToAnObject) {
    constexpr std::uint64_t kStack = synth::Kernel::kFree + 0x8000;
    kernel.put(kStack, std::vector<std::uint8_t>(0x4000));
    kernel.put_word(task + 40, kStack);
    kernel.put_word(kStack + 0x1000, kThing);
    kernel.put_word(kStack + 0x3000, kThing + 8);
    kernel.put_word(kStack + 0x3008, kThing + kSize);
    open();
    PointerRequest request{.address = kThing, .size = kSize};
    auto search = find_pointers_to(*session, *code, tasks, request);
    ASSERT_EQ(search.hits.size(), 2U);
    EXPECT_EQ(search.hits[0].place, kStack + 0x1000);
    EXPECT_EQ(search.hits[1].value, kThing + 8);
    request.stack_pointers[kStack] = kStack + 0x2000;
    EXPECT_EQ(find_pointers_to(*session, *code, tasks, request).hits.size(), 1U) << "below lies what was";
    request.most_pages = 1;
    search = find_pointers_to(*session, *code, tasks, request);
    EXPECT_EQ(search.pages, 1U);
    EXPECT_EQ(search.limits.size(), 1U);
}

}  // namespace
}  // namespace inquest
