#include "dataflow/member_at.h"

#include <gtest/gtest.h>
#include <initializer_list>

#include "debuginfo/btf.h"
#include "synth/kernel.h"

namespace inquest::dataflow {
namespace {

class MemberAtTest : public testing::Test {
  protected:
    // "a.b" or "a|b" of the innermost members that such an access means, "~" behind one that it takes in
    // part.
    std::string find(TypeId type, std::uint64_t offset, unsigned size, bool indexed = false) {
        std::string text;
        for (const MemberAt& member : finder().find(type, offset, size, indexed))
            text += (text.empty() ? "" : "|") + member.path + (member.partial ? "~" : "");
        return text;
    }
    std::string name(TypeId type, std::uint64_t offset, unsigned size) {
        const auto& found = finder().find(type, offset, size, false);
        return found.size() == 1 ? found.front().name : "";
    }
    MemberFinder& finder() {
        if (!btf) {
            auto parsed = Btf::parse(types.bytes());
            if (!parsed) ADD_FAILURE() << parsed.error().message();
            btf = std::make_unique<Btf>(std::move(*parsed));
            made = std::make_unique<MemberFinder>(*btf);
        }
        return *made;
    }

    synth::BtfWriter types;
    TypeId number = types.integer("int", 4), letter = types.integer("char", 1),
           wide = types.integer("long", 8), pointer = types.pointer(0);
    std::unique_ptr<Btf> btf;
    std::unique_ptr<MemberFinder> made;
};

TEST_F(MemberAtTest, TheSizeOfAnAccessTellsTheMembersOfAUnionApart) {
    auto either =
        types.union_type("either", 8, {{"whole", wide, 0}, {"half", number, 0}, {"byte", letter, 0}});
    auto outer = types.structure("outer", 16, {{"head", wide, 0}, {"of", either, 64}});
    EXPECT_EQ(find(outer, 8, 8), "of.whole");
    EXPECT_EQ(find(outer, 8, 4), "of.half") << "what is taken whole is meant, not a part of something larger";
    EXPECT_EQ(find(outer, 8, 1), "of.byte");
    EXPECT_EQ(find(outer, 12, 4), "of.whole~") << "only one of them has bytes there";
    EXPECT_EQ(find(outer, 8, 2), "of.whole~|of.half~") << "nobody can tell";
}

TEST_F(MemberAtTest, MembersOfAUnionWithTheSameSizeAreAllMeant) {
    auto either = types.union_type("", 8, {{"number", wide, 0}, {"next", pointer, 0}});
    auto outer = types.structure("outer", 8, {{"", either, 0}});
    EXPECT_EQ(find(outer, 0, 8), "number|next") << "an anonymous union adds no name";
}

TEST_F(MemberAtTest, ElementsOfAnArrayHaveTheirIndexOrNone) {
    auto four = types.array(wide, 4);
    auto outer = types.structure("outer", 48, {{"head", wide, 0}, {"fd", four, 64}, {"tail", wide, 40 * 8}});
    EXPECT_EQ(find(outer, 24, 8), "fd[2]");
    EXPECT_EQ(find(outer, 24, 8, true), "fd[]") << "with an index nobody knows which";
    EXPECT_EQ(find(outer, 28, 4), "fd[2]~");
    EXPECT_EQ(find(outer, 8, 16), "") << "several elements at once are no member";
    EXPECT_EQ(find(outer, 40, 8), "tail") << "the array ends where it ends";
}

TEST_F(MemberAtTest, StructuresInAnArrayAreEntered) {
    auto pair = types.structure("pair", 16, {{"key", wide, 0}, {"value", pointer, 64}});
    auto rows = types.array(types.array(pair, 2), 3);
    auto outer = types.structure("outer", 96, {{"rows", rows, 0}});
    EXPECT_EQ(find(outer, 32 + 16 + 8, 8), "rows[1][1].value");
    EXPECT_EQ(find(outer, 8, 8, true), "rows[][].value");
}

TEST_F(MemberAtTest, AnArrayWithoutLengthGoesOnBehindTheStructureOnlyAtItsEnd) {
    auto none = types.array(pointer, 0);
    auto flexible = types.structure("flexible", 8, {{"count", wide, 0}, {"entries", none, 64}});
    EXPECT_EQ(find(flexible, 8, 8), "entries[0]");
    EXPECT_EQ(find(flexible, 8 + 5 * 8, 8), "entries[5]");
    EXPECT_EQ(find(flexible, 8, 8, true), "entries[]");
    EXPECT_EQ(find(flexible, 0, 8), "count");
}

TEST_F(MemberAtTest, NumbersWithoutAnEndAreRoomForAnothersDataUnlessIndexed) {
    auto none = types.array(wide, 0);
    auto bridge = types.structure("bridge", 8, {{"count", wide, 0}, {"private", none, 64}});
    EXPECT_EQ(find(bridge, 8, 8), "");
    EXPECT_EQ(find(bridge, 8, 8, true), "private[]");
}

TEST_F(MemberAtTest, AMarkerWithoutLengthInTheMiddleIsNoMember) {
    auto none = types.array(wide, 0);
    auto empty = types.structure("lock_class_key", 0, {});
    auto marked = types.structure(
        "marked", 24,
        {{"a", wide, 0}, {"start", none, 64}, {"key", empty, 64}, {"b", wide, 64}, {"c", wide, 128}});
    EXPECT_EQ(find(marked, 8, 8), "b");
    EXPECT_EQ(find(marked, 16, 8), "c") << "the marker does not reach over what follows";
}

TEST_F(MemberAtTest, BitFieldsOfTheSameBytesAreAllMeantAndNeverWhole) {
    auto flags = types.structure("flags", 8,
                                 {{"on", number, 0, 1},
                                  {"", number, 1, 2},
                                  {"mode", number, 3, 5},
                                  {"far", number, 16, 4},
                                  {"n", number, 32}});
    EXPECT_EQ(find(flags, 0, 1), "on~|mode~") << "padding between them has no name";
    EXPECT_EQ(find(flags, 2, 1), "far~");
    EXPECT_EQ(find(flags, 3, 1), "") << "no bit of it belongs to anything";
    EXPECT_EQ(find(flags, 4, 4), "n") << "a plain member beside bit-fields";
}

TEST_F(MemberAtTest, WhatCoversSeveralMembersOrNoneIsNothing) {
    auto padded = types.structure("padded", 24,
                                  {{"a", number, 0}, {"b", number, 32}, {"c", letter, 64}, {"d", wide, 128}});
    EXPECT_EQ(find(padded, 0, 8), "") << "both a and b";
    EXPECT_EQ(find(padded, 9, 1), "") << "padding";
    EXPECT_EQ(find(padded, 8, 8), "") << "c and the padding behind it";
    EXPECT_EQ(find(padded, 2, 4), "") << "the half of a and the half of b";
    EXPECT_EQ(find(padded, 4, 2), "b~");
    EXPECT_EQ(find(padded, 16, 0), "d") << "an access of unknown size";
}

TEST_F(MemberAtTest, OutsideOfATypeThereIsNothing) {
    auto small = types.structure("small", 8, {{"a", wide, 0}});
    EXPECT_EQ(find(small, 8, 8), "");
    EXPECT_EQ(find(small, UINT64_MAX, 8), "");
    EXPECT_EQ(find(small, UINT64_MAX - 7, 8, true), "");
    EXPECT_EQ(find(wide, 0, 8), "") << "a number has no members";
    EXPECT_EQ(find(0, 0, 8), "") << "nor has void";
    EXPECT_EQ(find(100000, 0, 8), "") << "nor a type that does not exist";
}

TEST_F(MemberAtTest, NamesEndWhereWrappingsOfOneNumberBegin) {
    auto counter = types.structure("atomic_t", 4, {{"counter", number, 0}});
    auto raw = types.structure("raw", 4, {{"val", counter, 0}});
    auto lock = types.structure("spinlock", 4, {{"raw_lock", raw, 0}});
    auto pair = types.structure("two", 8, {{"a", counter, 0}, {"b", counter, 32}});
    auto outer = types.structure("outer", 16, {{"count", counter, 0}, {"lock", lock, 32}, {"of", pair, 64}});
    EXPECT_EQ(find(outer, 4, 4), "lock.raw_lock.val.counter") << "the path is whole";
    EXPECT_EQ(name(outer, 4, 4), "lock");
    EXPECT_EQ(name(outer, 0, 4), "count");
    EXPECT_EQ(name(outer, 12, 4), "of.b") << "of two numbers it must be said which";
    EXPECT_EQ(name(counter, 0, 4), "counter") << "there is nothing to cut it to";
}

TEST_F(MemberAtTest, TypedefsAndQualifiersOnTheWayDoNotMatter) {
    constexpr std::uint32_t kTypedef = 8, kConst = 10;
    auto inner = types.structure("inner", 8, {{"a", wide, 0}});
    auto outer = types.structure(
        "outer", 8, {{"in", types.record("inner_t", kTypedef, 0, types.record("", kConst, 0, inner)), 0}});
    EXPECT_EQ(find(types.record("outer_t", kTypedef, 0, outer), 0, 8), "in.a");
}

TEST_F(MemberAtTest, StructuresThatHoldThemselvesEnd) {
    // In itself eight times, at the same place: a search without a bound would go on for ever.
    const TypeId self = pointer + 1;
    std::vector<synth::BtfWriter::Field> again(8, {"again", self, 0});
    ASSERT_EQ(types.structure("self", 64, again), self);
    const TypeId row = self + 1;
    types.array(row, 1000);  // an array of itself
    auto holder = types.structure("holder", 64, {{"row", row, 0}});
    EXPECT_EQ(find(self, 0, 8), "");
    EXPECT_EQ(find(holder, 0, 8), "");
}

TEST_F(MemberAtTest, SoManyAlternativesAreBounded) {
    std::vector<synth::BtfWriter::Field> all(200, {"one_of_many", wide, 0});
    auto many = types.union_type("many", 8, all);
    EXPECT_EQ(finder().find(many, 0, 8, false).size(), 16U);
}

TEST_F(MemberAtTest, KnowsTypesThatOthersBeginWith) {
    auto list = types.structure("list_head", 16, {{"next", pointer, 0}, {"prev", pointer, 64}});
    auto first = types.structure("first", 24, {{"link", list, 0}, {"n", wide, 128}});
    types.structure("second", 32, {{"n", wide, 0}, {"in", first, 64}});
    auto part = types.structure("part", 8, {{"x", wide, 0}});
    types.union_type("both", 8, {{"n", wide, 0}, {"part", part, 0}});
    EXPECT_TRUE(finder().begins_others(list));
    EXPECT_FALSE(finder().begins_others(first)) << "it lies in another, but not at its start";
    EXPECT_TRUE(finder().begins_others(part)) << "of a union every member is the first";
    EXPECT_FALSE(finder().begins_others(100000));
}

}  // namespace
}  // namespace inquest::dataflow
