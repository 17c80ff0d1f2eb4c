#include "crashlog/trigger_set.h"

#include <gtest/gtest.h>

namespace inquest {
namespace {

std::vector<std::size_t> found(const TriggerSet& set, std::string_view text) {
    std::vector<std::size_t> owners;
    set.find(text).first([&](std::size_t owner) {
        owners.push_back(owner);
        return false;
    });
    return owners;
}

TEST(TriggerSet, FindsEveryOwnerOfEveryLiteral) {
    TriggerSet set;
    set.add("BUG: KASAN:", 0);
    set.add("BUG: ", 1);
    set.add("KASAN", 2);
    set.add("SAN:", 127);
    set.build();
    EXPECT_EQ(found(set, "xx BUG: KASAN: use-after-free"), (std::vector<std::size_t>{0, 1, 2, 127}));
    EXPECT_EQ(found(set, "BUBUG: x"), (std::vector<std::size_t>{1}));
    EXPECT_EQ(found(set, "KASA KASAN"), (std::vector<std::size_t>{2}));
    EXPECT_TRUE(found(set, "nothing here").empty());
    EXPECT_TRUE(found(set, "").empty());
}

TEST(TriggerSet, AsksInAscendingOrderUntilOneIsWanted) {
    TriggerSet set;
    set.add("a", 70);
    set.add("a", 3);
    set.build();
    auto owners = set.find("a");
    EXPECT_EQ(owners.first([](std::size_t) { return true; }), 3u);
    EXPECT_EQ(owners.first([](std::size_t owner) { return owner > 3; }), 70u);
    EXPECT_EQ(owners.first([](std::size_t) { return false; }), Owners::kMost);
}

}  // namespace
}  // namespace inquest
