#include "kernel/subsystems/slab.h"

#include <bit>
#include <gtest/gtest.h>

#include "kernel/dump_file_test.h"
#include "kernel/subsystems/wombats_test.h"

namespace inquest {
namespace {

struct Opened {
    std::unique_ptr<Session> session;
    std::optional<SlabAllocator> slabs;
    const SlabCache* cache = nullptr;
};

Opened open(Wombats& wombats) {
    DumpFile file(wombats.kernel.dump());
    auto session = Session::open(file.path());
    EXPECT_TRUE(session);
    auto slabs = SlabAllocator::find(**session);
    EXPECT_TRUE(slabs) << slabs.error().message();
    Opened opened{std::move(*session), std::nullopt, nullptr};
    opened.slabs.emplace(std::move(*slabs));
    opened.cache = opened.slabs->cache_named("wombat");
    EXPECT_TRUE(opened.cache);
    return opened;
}

SlabObjects objects(const Opened& opened, const std::vector<std::uint64_t>& held = {}) {
    auto slab = opened.slabs->slab_at(Wombats::kDescriptor);
    EXPECT_TRUE(slab);
    return opened.slabs->objects(*slab, *opened.cache, held);
}

TEST(Slab, FindsTheObjectsThatAreFree) {
    Wombats wombats;
    wombats.every_third();
    auto opened = open(wombats);
    SlabUse use = opened.slabs->use(*opened.cache);
    EXPECT_EQ(use.total, Wombats::kObjects);
    EXPECT_EQ(use.allocated, Wombats::kObjects - 4U);
    EXPECT_EQ(use.active, Wombats::kObjects - 4U);
    EXPECT_TRUE(use.damage.empty());
    std::size_t slabs = 0;
    opened.slabs->each_slab(opened.cache, [&](const Slab& slab) {
        ++slabs;
        EXPECT_EQ(slab.base, Wombats::kSlab);
        return true;
    });
    EXPECT_EQ(slabs, 1U);
    SlabObjects found = objects(opened);
    EXPECT_FALSE(found.damage);
    EXPECT_TRUE(found.complete);
    for (std::uint32_t i = 0; i < Wombats::kObjects; ++i) EXPECT_EQ(found.free[i], i % 3 == 0) << i;
}

TEST(Slab, CountsWhatCpusHoldReadyAsFree) {
    Wombats wombats;
    wombats.every_third();
    auto opened = open(wombats);
    SlabObjects found = objects(opened, {Wombats::object(1)});
    EXPECT_FALSE(found.damage);
    EXPECT_TRUE(found.free[1]);
    found = objects(opened, {Wombats::object(3)});
    ASSERT_TRUE(found.damage);
    EXPECT_NE(found.damage->text.find("free twice"), std::string::npos);
}

TEST(Slab, EndsAtAFreelistThatRunsInACircle) {
    Wombats wombats;
    wombats.every_third();
    wombats.link(6, Wombats::object(3));
    auto found = objects(open(wombats));
    ASSERT_TRUE(found.damage);
    EXPECT_EQ(found.damage->place, Wombats::object(6));
    EXPECT_NE(found.damage->text.find("circle"), std::string::npos);
}

TEST(Slab, NamesTheObjectThatSomebodyWroteTo) {
    Wombats wombats;
    wombats.every_third();
    wombats.kernel.put_word(Wombats::object(3) + Wombats::kLink, 0x6f776c64);
    auto found = objects(open(wombats));
    ASSERT_TRUE(found.damage);
    EXPECT_EQ(found.damage->place, Wombats::object(3));
    EXPECT_TRUE(found.free[0] && found.free[3]);
    EXPECT_FALSE(found.free[6]);
}

TEST(Slab, ComparesTheFreelistWithTheSlabsCount) {
    Wombats wombats;
    wombats.every_third();
    wombats.slab(Wombats::object(3), Wombats::kObjects - 4);
    auto found = objects(open(wombats));
    ASSERT_TRUE(found.damage);
    EXPECT_NE(found.damage->text.find("has 3 objects, it counts 4"), std::string::npos) << found.damage->text;
}

TEST(Slab, SaysWhereAListOfPartialSlabsLeavesTheCache) {
    Wombats wombats;
    wombats.every_third();
    wombats.kernel.put_word(Wombats::kDescriptor + 16, Wombats::kName);
    auto opened = open(wombats);
    SlabUse use = opened.slabs->use(*opened.cache);
    ASSERT_EQ(use.damage.size(), 1U);
    EXPECT_EQ(use.damage[0].place, Wombats::kDescriptor + 16);
}

TEST(Page, KnowsTheHeadOfACompoundPageByPointerAndByMask) {
    EXPECT_EQ(head_of(0xffffea0000001040, 0), 0xffffea0000001040);
    EXPECT_EQ(head_of(0xffffea0000001040, 0xffffea0000001001), 0xffffea0000001000);
    // Order 3, descriptors of 64 bytes: the low 9 bits go.
    EXPECT_EQ(head_of(0xffffea00000011c0, ~std::uint64_t{0x1ff} | 1), 0xffffea0000001000);
}

}  // namespace
}  // namespace inquest
