#include "debuginfo/btf.h"

#include <gtest/gtest.h>

#include "synth/kernel.h"

namespace inquest {
namespace {

using synth::BtfWriter;
constexpr std::uint32_t kStruct = 4, kTypedef = 8, kPointer = 2;

TEST(Btf, FindsMembersThroughAnonymousAndNamedOnes) {
    BtfWriter writer;
    auto number = writer.integer("int", 4);
    auto anonymous = writer.structure("", 8, {{"inner", number, 32}});
    auto named = writer.structure("link", 8, {{"next", number, 0}});
    auto numbers = writer.array(number, 3);
    writer.structure(
        "outer", 32,
        {{"first", number, 0}, {"", anonymous, 64}, {"list", named, 128}, {"many", numbers, 160}});
    auto btf = Btf::parse(writer.bytes());
    ASSERT_TRUE(btf) << btf.error().message();
    EXPECT_EQ(btf->offset_of("outer", "first"), 0U);
    EXPECT_EQ(btf->offset_of("outer", "inner"), 12U);
    EXPECT_EQ(btf->offset_of("outer", "list.next"), 16U);
    EXPECT_EQ(btf->offset_of("outer", "missing"), std::nullopt);
    EXPECT_EQ(btf->offset_of("missing", "first"), std::nullopt);
    auto many = btf->member(*btf->find_struct("outer"), "many");
    ASSERT_TRUE(many);
    EXPECT_EQ(btf->size_of(many->type), 12U);
    EXPECT_EQ(btf->name_of(many->type), "int[3]");
}

TEST(Btf, EndsTypesThatHoldThemselves) {
    BtfWriter writer;
    writer.record("loop", kTypedef, 0, 2);  // 1
    writer.record("pool", kTypedef, 0, 1);  // 2
    writer.record("", kPointer, 0, 3);      // 3: a pointer to itself
    writer.structure("nest", 8, {{"", 4, 0}, {"", 4, 0}, {"", 4, 0}});
    writer.array(5, 1000);  // of itself
    auto btf = Btf::parse(writer.bytes());
    ASSERT_TRUE(btf);
    for (TypeId id = 0; id < btf->end() + 2; ++id) {
        (void)btf->resolve(id);
        (void)btf->size_of(id);
        (void)btf->name_of(id);
        EXPECT_FALSE(btf->member(id, "nothing"));
    }
}

TEST(Btf, RefusesCountsThatAreNotThere) {
    BtfWriter writer;
    writer.record("huge", kStruct, 0xffff, 8);
    EXPECT_FALSE(Btf::parse(writer.bytes()));
    BtfWriter unknown;
    unknown.record("what", 31, 0, 0);
    EXPECT_FALSE(Btf::parse(unknown.bytes()));
}

TEST(Btf, TakesAnyFlippedBitAndAnyCut) {
    BtfWriter writer;
    auto number = writer.integer("int", 4);
    writer.structure("pair", 8, {{"a", number, 0}, {"b", number, 32}});
    const auto good = writer.bytes();
    auto use = [](std::vector<std::uint8_t> bytes) {
        auto btf = Btf::parse(std::move(bytes));
        if (!btf) return;
        (void)btf->offset_of("pair", "b");
        for (TypeId id = 0; id < btf->end(); ++id) {
            (void)btf->name_of(id);
            (void)btf->size_of(id);
            (void)btf->members(id);
            (void)btf->enumerators(id);
        }
    };
    for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
        auto bytes = good;
        bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] ^ 1 << bit % 8);
        use(std::move(bytes));
    }
    for (std::size_t size = 0; size < good.size(); ++size)
        use({good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size)});
}

}  // namespace
}  // namespace inquest
