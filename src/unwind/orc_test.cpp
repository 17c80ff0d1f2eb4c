#include "unwind/orc.h"

#include <gtest/gtest.h>
#include <map>

#include "unwind/fake_stack_test.h"

namespace inquest {
namespace {

using Base = OrcEntry::Base;
using Type = OrcEntry::Type;

constexpr std::uint64_t kIps = 0xffffffff82000000, kEntries = 0xffffffff82100000, kText = 0xffffffff81000000;
constexpr std::uint64_t kStep = 16, kCount = 64;

// A table of kCount entries 16 bytes apart; those not named are `common`.
OrcTable table_of(FakeStack& memory, std::uint16_t common,
                  const std::map<std::uint64_t, std::uint16_t>& others) {
    for (std::uint64_t i = 0; i < kCount; ++i) {
        memory.put32(kIps + i * 4, static_cast<std::uint32_t>(kText + i * kStep - (kIps + i * 4)));
        auto other = others.find(i);
        memory.put16(kEntries + i * 6, 8);
        memory.put16(kEntries + i * 6 + 2, static_cast<std::uint16_t>(-16));
        memory.put16(kEntries + i * 6 + 4, other == others.end() ? common : other->second);
    }
    auto table = OrcTable::open(memory.memory(), kIps, kEntries, kCount);
    EXPECT_TRUE(table.has_value());
    return *table;
}

// The last word of an entry: the number of the base of SP, of the base of BP, and what the form adds.
constexpr std::uint16_t word(unsigned sp, unsigned bp, unsigned more) {
    return static_cast<std::uint16_t>(sp | bp << 4 | more << 8);
}

// arch/x86/include/asm/orc_types.h of v5.10: type 2 bits, then `end`.
TEST(Orc, ReadsTheFormUpTo62) {
    FakeStack memory;
    auto table = table_of(memory, word(5, 0, 0),
                          {{3, word(0, 0, 4)}, {4, word(0, 0, 0)}, {5, word(5, 0, 1)}, {6, word(5, 1, 2)}});
    EXPECT_EQ(table.find(kText)->type, Type::call);
    EXPECT_EQ(table.find(kText)->sp_base, Base::sp);
    EXPECT_EQ(table.find(kText + 3 * kStep)->type, Type::end_of_stack);
    EXPECT_EQ(table.find(kText + 4 * kStep)->type, Type::undefined);
    EXPECT_EQ(table.find(kText + 5 * kStep)->type, Type::regs);
    EXPECT_EQ(table.find(kText + 6 * kStep)->type, Type::regs_partial);
    EXPECT_EQ(table.find(kText + 6 * kStep)->bp_base, Base::previous_sp);
}

// v6.3 (ffb1b4a41016): `signal` came between type and `end`. Entry code has the bit, ordinary calls do not.
TEST(Orc, ReadsTheFormOf63) {
    FakeStack memory;
    auto table = table_of(memory, word(5, 0, 0),
                          {{3, word(0, 0, 8)},
                           {4, word(0, 0, 0)},
                           {5, word(5, 0, 1 | 4)},
                           {6, word(5, 0, 2 | 4)},
                           {7, word(5, 0, 4)}});
    EXPECT_EQ(table.find(kText + 3 * kStep)->type, Type::end_of_stack);
    EXPECT_EQ(table.find(kText + 4 * kStep)->type, Type::undefined);
    EXPECT_EQ(table.find(kText + 5 * kStep)->type, Type::regs);
    EXPECT_EQ(table.find(kText + 6 * kStep)->type, Type::regs_partial);
    EXPECT_EQ(table.find(kText + 7 * kStep)->type, Type::call);
}

// v6.4 (fb799447ae29): types undefined, end of stack, call, regs, regs_partial.
TEST(Orc, ReadsTheFormSince64) {
    FakeStack memory;
    auto table =
        table_of(memory, word(5, 0, 2), {{3, word(0, 0, 1)}, {4, word(0, 0, 0)}, {5, word(4, 1, 3)}});
    EXPECT_EQ(table.find(kText)->type, Type::call);
    EXPECT_EQ(table.find(kText + 3 * kStep)->type, Type::end_of_stack);
    EXPECT_EQ(table.find(kText + 4 * kStep)->type, Type::undefined);
    EXPECT_EQ(table.find(kText + 5 * kStep)->type, Type::regs);
    EXPECT_EQ(table.find(kText + 5 * kStep)->sp_base, Base::bp);
}

// v7.1: the same types, registers numbered anew.
TEST(Orc, ReadsTheFormSince71) {
    FakeStack memory;
    auto table = table_of(memory, word(3, 0, 2), {{5, word(4, 8, 3)}, {6, word(10, 0, 2)}});
    EXPECT_EQ(table.find(kText)->sp_base, Base::sp);
    EXPECT_EQ(table.find(kText + 5 * kStep)->sp_base, Base::bp);
    EXPECT_EQ(table.find(kText + 5 * kStep)->bp_base, Base::previous_sp);
    EXPECT_EQ(table.find(kText + 6 * kStep)->sp_base, Base::bp_indirect);
}

TEST(Orc, TakesTheEntryInForce) {
    FakeStack memory;
    auto table = table_of(memory, word(5, 0, 2), {{3, word(0, 0, 1)}});
    EXPECT_FALSE(table.find(kText - 1));
    EXPECT_EQ(table.find(kText + 4 * kStep - 1)->type, Type::end_of_stack);
    EXPECT_EQ(table.find(kText + 4 * kStep)->type, Type::call);
    EXPECT_EQ(table.find(kText + kCount * kStep + 1000)->type, Type::call);  // the last one's
}

TEST(Orc, RefusesWhatIsNoTable) {
    FakeStack memory;
    EXPECT_FALSE(OrcTable::open(memory.memory(), kIps, kEntries, 0));
    EXPECT_FALSE(OrcTable::open(memory.memory(), kIps, kEntries, std::uint64_t{1} << 60));
    EXPECT_FALSE(OrcTable::open(memory.memory(), kIps, kEntries, kCount));  // nothing there
    for (std::uint64_t i = 0; i < kCount; ++i) {
        memory.put32(kEntries + i * 6, 0xffffffff);
        memory.put16(kEntries + i * 6 + 4, 0xffff);
    }
    EXPECT_FALSE(OrcTable::open(memory.memory(), kIps, kEntries, kCount));
}

}  // namespace
}  // namespace inquest
