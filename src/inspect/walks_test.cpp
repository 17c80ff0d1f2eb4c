#include "kernel/walks.h"

#include <gtest/gtest.h>

#include "inspect/fake_target_test.h"

namespace inquest {
namespace {

const Stopped kNever = [] { return false; };

std::vector<std::uint64_t> addresses(const Walk& walk) {
    std::vector<std::uint64_t> all;
    for (const WalkedEntry& entry : walk.entries) all.push_back(entry.address);
    return all;
}

class Walks : public testing::Test {
  protected:
    void put(std::uint64_t address, std::uint64_t word) { memory.put_value(address, word); }
    void node(std::uint64_t address, std::uint64_t parent, std::uint64_t left, std::uint64_t right) {
        put(address, parent | 1);
        put(address + 8, right);
        put(address + 16, left);
    }
    FakeMemory memory;
};

TEST_F(Walks, AListOfStructuresEndsAtNullOrWhereItBegan) {
    put(0x1008, 0x2000);
    put(0x2008, 0x3000);
    put(0x3008, 0);
    EXPECT_EQ(addresses(walk_list(memory.words(), {.start = 0x1000, .offset = 8}, kNever)),
              (std::vector<std::uint64_t>{0x1000, 0x2000, 0x3000}));
    put(0x3008, 0x1000);
    EXPECT_EQ(walk_list(memory.words(), {.start = 0x1000, .offset = 8}, kNever).entries.size(), 3u);
    EXPECT_EQ(walk_list(memory.words(), {.start = 0x1000, .offset = 8, .most = 2}, kNever).entries.size(),
              2u);
    EXPECT_EQ(walk_list(memory.words(), {.start = 0x1000, .offset = 8, .end = 0x3000}, kNever).entries.size(),
              2u);
}

TEST_F(Walks, AHeadIsNoEntryAndLinksPointToLinks) {
    put(0x1000, 0x2010);
    put(0x2010, 0x3010);
    put(0x3010, 0x1000);
    put(0x1008, 0x3010);
    put(0x3018, 0x2010);
    put(0x2018, 0x1000);
    ListRequest request{.start = 0x1000, .offset = 0x10, .embedded = true, .head = true};
    EXPECT_EQ(addresses(walk_list(memory.words(), request, kNever)),
              (std::vector<std::uint64_t>{0x2000, 0x3000}));
    request.reverse = true;
    EXPECT_EQ(addresses(walk_list(memory.words(), request, kNever)),
              (std::vector<std::uint64_t>{0x3000, 0x2000}));
    ListRequest from_entry{.start = 0x2000, .offset = 0x10, .embedded = true};
    EXPECT_EQ(addresses(walk_list(memory.words(), from_entry, kNever)),
              (std::vector<std::uint64_t>{0x2000, 0x3000, 0xff0}));
}

TEST_F(Walks, AnEmptyListHasNoEntries) {
    put(0x1000, 0x1000);
    Walk walk = walk_list(memory.words(), {.start = 0x1000, .embedded = true, .head = true}, kNever);
    EXPECT_TRUE(walk.entries.empty());
    EXPECT_TRUE(walk.problems.empty());
}

TEST_F(Walks, ACircleThatMissesTheStartIsTold) {
    put(0x1000, 0x2000);
    put(0x2000, 0x3000);
    put(0x3000, 0x2000);
    Walk walk = walk_list(memory.words(), {.start = 0x1000}, kNever);
    EXPECT_EQ(walk.entries.size(), 3u);
    ASSERT_EQ(walk.problems.size(), 1u);
    EXPECT_EQ(walk.problems[0], "the list runs in a circle: 0x3000 points back to 0x2000");
}

TEST_F(Walks, PoisonAndMissingPagesAreTold) {
    put(0x1000, 0x2000);
    put(0x2000, 0xdead000000000100);
    Walk walk = walk_list(memory.words(), {.start = 0x1000}, kNever);
    ASSERT_EQ(walk.problems.size(), 1u);
    EXPECT_NE(walk.problems[0].find("list poison"), std::string::npos);
    put(0x2000, 0x3000);
    walk = walk_list(memory.words(), {.start = 0x1000}, kNever);
    ASSERT_EQ(walk.problems.size(), 1u);
    EXPECT_NE(walk.problems[0].find("not in the dump"), std::string::npos);
}

TEST_F(Walks, ARedBlackTreeInBothOrders) {
    node(0x1010, 0, 0x2010, 0x3010);
    node(0x2010, 0x1010, 0, 0x4010);
    node(0x3010, 0x1010, 0, 0);
    node(0x4010, 0x2010, 0, 0);
    Walk walk = walk_rbtree(memory.words(), 0x1010, 0x10, false, kNever);
    EXPECT_EQ(addresses(walk), (std::vector<std::uint64_t>{0x1000, 0x2000, 0x4000, 0x3000}));
    EXPECT_EQ(walk.entries[2].position, "root/l/r");
    EXPECT_EQ(addresses(walk_rbtree(memory.words(), 0x1010, 0x10, true, kNever)),
              (std::vector<std::uint64_t>{0x2000, 0x4000, 0x1000, 0x3000}));
    EXPECT_TRUE(walk.problems.empty());
    EXPECT_TRUE(walk_rbtree(memory.words(), 0, 0, true, kNever).entries.empty());
}

TEST_F(Walks, ADamagedRedBlackTreeIsTold) {
    node(0x1000, 0, 0x2000, 0x3000);
    node(0x2000, 0x3000, 0x1000, 0);
    Walk walk = walk_rbtree(memory.words(), 0x1000, 0, true, kNever);
    ASSERT_EQ(walk.problems.size(), 3u);
    EXPECT_NE(walk.problems[0].find("does not point back"), std::string::npos);
    EXPECT_NE(walk.problems[1].find("circle"), std::string::npos);
    EXPECT_NE(walk.problems[2].find("not in the dump"), std::string::npos);
}

TEST_F(Walks, AnXArrayOfTwoLevels) {
    FakeTypes types;
    TypeId byte = types.integer("unsigned char", 1), word = types.integer("long unsigned int", 8);
    TypeId slots = types.array(word, 4);
    types.structure("xa_node", 40, {{"shift", byte, 0}, {"slots", slots, 64}});
    Btf btf = types.btf();
    auto put_node = [&](std::uint64_t address, std::uint8_t shift,
                        std::initializer_list<std::uint64_t> words) {
        put(address, shift);
        std::uint64_t at = address + 8;
        for (std::uint64_t value : words) put(at, value), at += 8;
    };
    put_node(0x10000, 2, {0x20002, 0, 0x30002, 0});
    put_node(0x20000, 0, {0, 0xa000, 0x6, 0});  // 0x6: a sibling
    put_node(0x30000, 0, {0xb000, 0, 0, 0x15});
    Walk walk = walk_xarray(memory.words(), btf, 0x10002, kNever);
    ASSERT_EQ(addresses(walk), (std::vector<std::uint64_t>{0xa000, 0xb000, 0x15}));
    EXPECT_EQ(walk.entries[1].first, 8u);
    EXPECT_TRUE(walk.problems.empty());
    EXPECT_EQ(addresses(walk_xarray(memory.words(), btf, 0xc000, kNever)),
              std::vector<std::uint64_t>{0xc000});
    put_node(0x30000, 2, {0x10002, 0, 0, 0});
    EXPECT_FALSE(walk_xarray(memory.words(), btf, 0x10002, kNever).problems.empty()) << "a circle ends";
}

TEST_F(Walks, AMapleTreeGivesRanges) {
    FakeTypes types;
    TypeId word = types.integer("long unsigned int", 8);
    TypeId pivots = types.array(word, 3), slots = types.array(word, 4);
    for (std::string_view name : {"maple_range_64", "maple_arange_64"})
        types.structure(name, 64, {{"parent", word, 0}, {"pivot", pivots, 64}, {"slot", slots, 256}});
    Btf btf = types.btf();
    auto put_node = [&](std::uint64_t address, std::initializer_list<std::uint64_t> words) {
        std::uint64_t at = address + 8;
        for (std::uint64_t value : words) put(at, value), at += 8;
    };
    put_node(0x10000, {0xfff, 0, 0, 0x20000 | 0xc, 0x30000 | 0xc, 0, 0});
    put_node(0x20000, {0xff, 0x1ff, 0xfff, 0, 0xa000, 0, 0});
    put_node(0x30000, {0x1fff, 0, 0, 0xb000, 0, 0, 0});
    Walk walk = walk_maple_tree(memory.words(), btf, 0x10000 | 0x1e, kNever);
    EXPECT_EQ(addresses(walk), (std::vector<std::uint64_t>{0xa000, 0xb000}));
    EXPECT_EQ(walk.entries[0].first, 0x100u);
    EXPECT_EQ(walk.entries[0].last, 0x1ffu);
    EXPECT_EQ(walk.entries[1].first, 0x1000u);
    EXPECT_EQ(walk.entries[1].last, 0x1fffu);
    EXPECT_TRUE(walk.problems.empty());
}

TEST_F(Walks, TheUserCanStopAnyOfThem) {
    put(0x1000, 0x2000);
    put(0x2000, 0x1000);
    Walk walk = walk_list(memory.words(), {.start = 0x1000}, [] { return true; });
    ASSERT_EQ(walk.problems.size(), 1u);
    EXPECT_EQ(walk.problems[0], "stopped after 1 entries");
}

}  // namespace
}  // namespace inquest
