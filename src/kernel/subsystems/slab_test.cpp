#include "kernel/subsystems/slab.h"

#include <bit>
#include <gtest/gtest.h>

#include "base/text.h"
#include "kernel/dump_file_test.h"
#include "synth/kernel.h"

namespace inquest {
namespace {

// A kernel with one cache, "wombat", of one slab on its node's partial list. The direct map is the kernel's
// own mapping, descriptors lie in the free half megabyte.
class Wombats {
  public:
    static constexpr std::uint64_t kFree = synth::Kernel::kFree, kCache = kFree, kNode = kFree + 0x400,
                                   kName = kFree + 0x500, kHead = kFree + 0x600, kRoots = kFree + 0x700,
                                   kSections = kFree + 0x800, kOffset = kFree + 0x900,
                                   kSlab = kFree + 0x10000, kDescriptors = kFree + 0x20000;
    static constexpr std::uint64_t kFrame = (kSlab - synth::kKernelBase) / 4096;
    static constexpr std::uint64_t kDescriptor = kDescriptors + kFrame * 64;
    static constexpr std::uint64_t kRandom = 0x1234567890abcdef;
    static constexpr std::uint32_t kObjects = 12, kSize = 64, kLink = 32;

    Wombats() {
        types();
        kernel.add_symbol(kHead, "Dslab_caches");
        kernel.add_symbol(kOffset, "Dpage_offset_base");
        kernel.put_word(kOffset, synth::kKernelBase);
        kernel.vmcoreinfo = "SYMBOL(mem_section)=" + hex(kRoots).substr(2) +
                            "\nLENGTH(mem_section)=1\nNUMBER(SECTION_SIZE_BITS)=27\n";
        kernel.put_word(kRoots, kSections);
        kernel.put_word(kSections, kDescriptors | 3);
        kernel.put_text(kName, "wombat");
        kernel.put(kCache, std::vector<std::uint8_t>(256));
        words(kCache, {kSize | std::uint64_t{48} << 32, kLink | std::uint64_t{kObjects} << 32, 0, kName,
                       kHead, kHead, kRandom, kNode});
        words(kHead, {kCache + 32, kCache + 32});
        words(kNode, {1, kObjects, kDescriptor + 16, kDescriptor + 16});
        for (std::uint32_t i = 0; i < kObjects; ++i) words(object(i), {0, 0, 0, 0, 0, 0, 0, 0});
    }

    static std::uint64_t object(std::uint32_t index) { return kSlab + std::uint64_t{index} * kSize; }

    // The pointer to the next free object, as CONFIG_SLAB_FREELIST_HARDENED stores it.
    void link(std::uint32_t from, std::uint64_t to) {
        const std::uint64_t place = object(from) + kLink;
        kernel.put_word(place, to ^ kRandom ^ __builtin_bswap64(place));
    }
    void slab(std::uint64_t freelist, std::uint64_t in_use) {
        words(kDescriptor,
              {0, kCache, kNode + 16, kNode + 16, freelist, in_use | std::uint64_t{kObjects} << 16, 0, 0});
    }
    // Objects 0, 3, 6 and 9 are free.
    void every_third() {
        for (std::uint32_t i = 0; i < 9; i += 3) link(i, object(i + 3));
        link(9, 0);
        slab(object(0), kObjects - 4);
    }

    synth::Kernel kernel;

  private:
    void words(std::uint64_t address, std::initializer_list<std::uint64_t> values) {
        for (std::uint64_t value : values) {
            kernel.put_word(address, value);
            address += 8;
        }
    }

    void types() {
        auto& all = kernel.types;
        auto half = all.integer("unsigned int", 4), word = all.integer("unsigned long", 8);
        auto pair = all.structure("pair", 16, {{"next", word, 0}, {"prev", word, 64}});
        auto nodes = all.array(word, 1);
        all.structure("mem_section", 16, {{"section_mem_map", word, 0}});
        all.structure("page", 64, {{"flags", word, 0}});
        all.structure("slab", 64,
                      {{"__page_flags", word, 0},
                       {"slab_cache", word, 64},
                       {"slab_list", pair, 128},
                       {"freelist", word, 256},
                       {"counters", word, 320}});
        all.structure("kmem_cache", 256,
                      {{"size", half, 0},
                       {"object_size", half, 32},
                       {"offset", half, 64},
                       {"oo", half, 96},
                       {"name", word, 192},
                       {"list", pair, 256},
                       {"random", word, 384},
                       {"node", nodes, 448}});
        all.structure("kmem_cache_node", 32,
                      {{"nr_slabs", word, 0}, {"total_objects", word, 64}, {"partial", pair, 128}});
    }
};

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
