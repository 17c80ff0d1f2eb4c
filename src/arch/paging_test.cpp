#include "arch/paging.h"

#include <gtest/gtest.h>
#include <map>

namespace inquest {
namespace {

// Tables in a map from physical address to entry.
class Paging : public testing::Test {
  protected:
    std::optional<std::uint64_t> translate(const PageTables& tables, std::uint64_t address) {
        auto read = [this](std::uint64_t place) -> std::optional<std::uint64_t> {
            auto entry = entries.find(place);
            return entry == entries.end() ? std::nullopt : std::optional(entry->second);
        };
        steps.clear();
        auto quietly = walk(tables, address, read);
        auto visited = walk(tables, address, read, [this](const WalkStep& step) { steps.push_back(step); });
        EXPECT_EQ(quietly, visited);
        return visited;
    }
    std::map<std::uint64_t, std::uint64_t> entries;
    std::vector<WalkStep> steps;
};

TEST_F(Paging, FourLevelsDownToAPage) {
    const PageTables tables = x86_64_tables(0x1000, false, 0);
    entries = {{0x1ff8, 0x2067}, {0x2ff0, 0x3063}, {0x3000, 0x4063}, {0x4008, 0x8000000000005163}};
    EXPECT_EQ(translate(tables, 0xffffffff80001234), 0x5234u);
    ASSERT_EQ(steps.size(), 4u);
    EXPECT_EQ(level_name(tables, steps[0].shift), "PGD");
    EXPECT_EQ(level_name(tables, steps[1].shift), "PUD");
    EXPECT_EQ(level_name(tables, steps[2].shift), "PMD");
    EXPECT_EQ(level_name(tables, steps[3].shift), "PTE");
    EXPECT_EQ(entry_flags(tables, steps[3]),
              (std::vector<std::string_view>{"PRESENT", "RW", "ACCESSED", "DIRTY", "GLOBAL", "NX"}));
    EXPECT_EQ(entry_flags(tables, steps[0]),
              (std::vector<std::string_view>{"PRESENT", "RW", "USER", "ACCESSED"}))
        << "DIRTY means nothing in an entry that maps a table";
}

TEST_F(Paging, ALargePageEndsTheWalk) {
    const PageTables tables = x86_64_tables(0x1000, false, 0);
    entries = {{0x1ff8, 0x2063}, {0x2ff0, 0x3063}, {0x3000, 0x12000e3}};
    EXPECT_EQ(translate(tables, 0xffffffff80012345), 0x1212345u);
    ASSERT_EQ(steps.size(), 3u);
    EXPECT_TRUE(steps[2].leaf);
    EXPECT_EQ(steps[2].shift, 21u);
}

TEST_F(Paging, MissingAndAbsentEntriesAreTold) {
    const PageTables tables = x86_64_tables(0x1000, true, 0);
    entries = {{0x1ff8, 0x2063}, {0x2ff8, 0}};
    EXPECT_FALSE(translate(tables, 0xffffffff80000000));
    ASSERT_EQ(steps.size(), 2u);
    EXPECT_EQ(level_name(tables, steps[1].shift), "P4D");
    EXPECT_TRUE(steps[1].entry);
    EXPECT_FALSE(steps[1].present);
    entries.erase(0x2ff8);
    EXPECT_FALSE(translate(tables, 0xffffffff80000000));
    EXPECT_FALSE(steps[1].entry);
}

TEST_F(Paging, AddressesThatTheHardwareRefusesAreNotMapped) {
    entries = {{0x1000, 0x1063}, {0x1ff8, 0x1063}};
    const PageTables x86 = x86_64_tables(0x1000, false, 0);
    EXPECT_TRUE(translate(x86, 0x123));
    EXPECT_FALSE(translate(x86, 0x0001000000000123)) << "not canonical";
    PageTables arm64 = arm64_tables(0x1000, 12, 48);
    EXPECT_FALSE(translate(arm64, 0x123)) << "the lower half has tables of its own";
    arm64.upper_half = false;
    EXPECT_TRUE(translate(arm64, 0x123));
}

TEST_F(Paging, TablesInALoopEnd) {
    entries = {{0x1ff8, 0x1063}, {0x1ff0, 0x1063}, {0x1000, 0x1063}};
    EXPECT_TRUE(translate(x86_64_tables(0x1000, true, 0), 0xffffffff80000000));
    EXPECT_EQ(steps.size(), 5u);
}

}  // namespace
}  // namespace inquest
