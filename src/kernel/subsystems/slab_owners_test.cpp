#include "kernel/subsystems/slab_owners.h"

#include <gtest/gtest.h>

#include "kernel/subsystems/wombats_test.h"
#include "kernel/synthetic_test.h"

namespace inquest {
namespace {

constexpr std::uint64_t kOne = Wombats::kFree + 0xb00, kOther = kOne + 0x20, kGroup = kOne + 0x40,
                        kSecond = kOne + 0x48;

class SlabOwnersTest : public testing::Test {
  protected:
    SlabOwnersTest() {
        wombats.every_third();
        wombats.group(kOne, kGroup);
        wombats.group(kOther, kSecond);
    }
    SlabOwners read() {
        session = session_of(wombats.kernel);
        EXPECT_TRUE(session);
        objects = std::make_unique<Objects>(*session);
        slabs.emplace(*SlabAllocator::find(*session));
        auto owners = slab_owners(*objects, *slabs, nullptr);
        EXPECT_TRUE(owners);
        return owners ? *owners : SlabOwners{};
    }
    Wombats wombats;
    std::unique_ptr<Session> session;
    std::unique_ptr<Objects> objects;
    std::optional<SlabAllocator> slabs;
};

TEST_F(SlabOwnersTest, CountsTheObjectsOfEachGroup) {
    wombats.owners({0, kOne, kOther, 0, kOther, kOther, 0, 0, 0, 0, 0, 0});
    SlabOwners owners = read();
    ASSERT_EQ(owners.shares.size(), 2U);
    EXPECT_EQ(owners.shares[0].cgroup, kSecond);
    EXPECT_EQ(owners.shares[0].objects, 3U);
    EXPECT_EQ(owners.shares[0].cache->name, "wombat");
    EXPECT_EQ(owners.shares[1].cgroup, kGroup);
    EXPECT_EQ(owners.shares[1].objects, 1U);
    EXPECT_EQ(owners.unread, 0U);
}

TEST_F(SlabOwnersTest, TakesAWordThatIsNoTableForNone) {
    wombats.owners({kOne, kOne, kOne, kOne, kOne, kOne, kOne, kOne, kOne, kOne, kOne, kOne});
    wombats.kernel.put_word(Wombats::kDescriptor + 48, Wombats::kOwners);
    EXPECT_TRUE(read().shares.empty());
}

TEST_F(SlabOwnersTest, SaysThatATableIsMissing) {
    wombats.kernel.put_word(Wombats::kDescriptor + 48, 0xffffc90000000001);
    SlabOwners owners = read();
    EXPECT_TRUE(owners.shares.empty());
    EXPECT_EQ(owners.unread, 1U);
}

TEST_F(SlabOwnersTest, CountsAnOwnerThatLeadsNowhereUnderNoGroup) {
    wombats.owners({0xffffc90000000000, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    SlabOwners owners = read();
    ASSERT_EQ(owners.shares.size(), 1U);
    EXPECT_EQ(owners.shares[0].cgroup, 0U);
    EXPECT_EQ(owners.unread, 1U);
}

}  // namespace
}  // namespace inquest
