#include "inspect/value.h"

#include <gtest/gtest.h>

#include "inspect/fake_target_test.h"

namespace inquest {
namespace {

constexpr std::uint64_t kPlace = 0xffff888000001000;

class Values : public testing::Test {
  protected:
    std::string show(TypeId id, std::uint64_t address = kPlace) {
        Btf btf = types.btf();
        last = show_value(memory.source(), {TypeRef{&btf, id, 0, std::nullopt}, address, 0, 0});
        return last.text;
    }
    FakeTypes types;
    FakeMemory memory;
    ValueText last;
    TypeId character = types.integer("char", 1, true), integer = types.integer("int", 4, true),
           wide = types.integer("long unsigned int", 8), byte = types.integer("unsigned char", 1),
           boolean = types.integer("_Bool", 1);
};

TEST_F(Values, IntegersOfEverySizeKeepTheirSign) {
    memory.put_value<std::int32_t>(kPlace, -5);
    EXPECT_EQ(show(integer), "-5");
    memory.put_value<std::uint64_t>(kPlace, UINT64_MAX);
    EXPECT_EQ(show(wide), "18446744073709551615");
    EXPECT_EQ(show(byte), "255");
    EXPECT_EQ(last.json.dump(), "255");
}

TEST_F(Values, AFilteredValueIsNotZero) {
    EXPECT_EQ(show(wide), "(filtered)");
    EXPECT_EQ(last.missing, 1u);
    EXPECT_EQ(last.json.dump(), R"({"missing":"filtered"})");
}

TEST_F(Values, WhatIsPartlyThereShowsThatPart) {
    TypeId pair = types.structure("pair", 16, {{"first", wide, 0}, {"second", wide, 64}});
    memory.put_value<std::uint64_t>(kPlace, 7);
    EXPECT_EQ(show(pair), "{\n  first = 7,\n  second = (filtered)\n}");
    EXPECT_EQ(last.missing, 1u);
}

TEST_F(Values, BitFieldsAreCutOutOfTheirBytes) {
    TypeId flags = types.structure(
        "flags", 4, {{"low", integer, 0, 3}, {"middle", byte, 3, 7}, {"high", integer, 31, 1}});
    memory.put_value<std::uint32_t>(kPlace, 0x80000000 | 0x55 << 3 | 0x5);
    EXPECT_EQ(show(flags), "{\n  low = -3,\n  middle = 85,\n  high = -1\n}");
}

TEST_F(Values, ABitFieldMaySpanNineBytes) {
    TypeId far = types.structure("far", 16, {{"rest", wide, 4, 62}});
    memory.put_value<std::uint64_t>(kPlace, 0xf);
    memory.put_value<std::uint64_t>(kPlace + 8, 0x3);
    EXPECT_EQ(show(far), "{\n  rest = " + std::to_string(0x3ull << 60) + "\n}");
}

TEST_F(Values, EnumsHaveNamesWhereTheyAreKnown) {
    TypeId state = types.enumeration("state", {{"LIVE", 0}, {"GOING", 2}});
    memory.put_value<std::uint32_t>(kPlace, 2);
    EXPECT_EQ(show(state), "GOING");
    memory.put_value<std::uint32_t>(kPlace, 9);
    EXPECT_EQ(show(state), "9");
}

TEST_F(Values, CharArraysAreEscapedText) {
    memory.put(kPlace, std::string_view("a\"b\x01\0\0\0\0", 8));
    EXPECT_EQ(show(types.array(character, 8)), R"("a\"b\001")");
    memory.put(kPlace, std::string_view("ab\0cd\0\0\0", 8));
    EXPECT_EQ(show(types.array(character, 8)), R"("ab\000cd")") << "what lies behind a NUL is not hidden";
    EXPECT_EQ(last.json.dump(), R"("ab")") << "a program gets the string";
}

TEST_F(Values, LongArraysAreCutWithTheirNumber) {
    for (int i = 0; i < 20; ++i)
        memory.put_value<std::int32_t>(kPlace + static_cast<std::uint64_t>(i) * 4, i);
    EXPECT_EQ(show(types.array(integer, 20)),
              "{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, ... (20 in all)}");
    EXPECT_EQ(show(types.array(integer, 3)), "{0, 1, 2}");
}

TEST_F(Values, PointersNameTheirSymbolAndCharPointersShowTheirText) {
    TypeId pointer = types.pointer(integer), name = types.pointer(types.constant(character));
    memory.put_value<std::uint64_t>(kPlace, 0xffffffff81000000);
    memory.name(0xffffffff81000000, "_text");
    EXPECT_EQ(show(pointer), "0xffffffff81000000 <_text>");
    memory.put_value<std::uint64_t>(kPlace, kPlace + 64);
    memory.put(kPlace + 64, std::string_view("ext4\0", 5));
    EXPECT_EQ(show(name), R"(0xffff888000001040 "ext4")");
    memory.put_value<std::uint64_t>(kPlace, 0);
    EXPECT_EQ(show(name), "0x0");
}

TEST_F(Values, MembersOfAnonymousUnionsBelongToTheStruct) {
    TypeId either = types.structure("", 8, {{"as_long", wide, 0}, {"as_int", integer, 0}}, true);
    TypeId holder = types.structure("holder", 16, {{"first", integer, 0}, {"", either, 64}});
    memory.put_value<std::uint64_t>(kPlace, 1);
    memory.put_value<std::uint64_t>(kPlace + 8, 2);
    EXPECT_EQ(show(holder), "{\n  first = 1,\n  {\n    as_long = 2,\n    as_int = 2\n  }\n}");
    EXPECT_EQ(last.json.dump(), R"({"first":1,"as_long":"0x2","as_int":2})");
}

TEST_F(Values, AStructThatHoldsItselfEnds) {
    TypeId self = types.structure("self", 8, {{"inner", 6, 0}, {"again", 6, 0}});
    ASSERT_EQ(self, 6u);
    show(self);
    EXPECT_LT(last.text.size(), 100u << 20);
    EXPECT_NE(last.text.find("..."), std::string::npos);
}

TEST_F(Values, BooleansThatAreNoneAreShownAsNumbers) {
    memory.put_value<std::uint8_t>(kPlace, 1);
    EXPECT_EQ(show(boolean), "true");
    memory.put_value<std::uint8_t>(kPlace, 0x5a);
    EXPECT_EQ(show(boolean), "90");
}

}  // namespace
}  // namespace inquest
