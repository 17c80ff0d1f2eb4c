#include "kernel/subsystems/page_cache.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "kernel/synthetic_test.h"

namespace inquest {
namespace {

constexpr std::uint64_t kFree = synth::Kernel::kFree, kSuperblocks = kFree, kType = kFree + 0x20,
                        kName = kFree + 0x30, kSuperblock = kFree + 0x100, kFirst = kFree + 0x1000,
                        kInodeSize = 0x100;
constexpr std::uint64_t kListOfSuper = 40, kListOfInode = 80, kData = 8, kMagic = 24;

// One super block of type "tmpfs" with inodes that hold 10, 30 and 20 pages, and one that holds none.
class PageCaches : public testing::Test {
  protected:
    PageCaches() {
        auto& types = kernel.types;
        auto number = types.integer("unsigned int", 4), wide = types.integer("unsigned long", 8),
             letter = types.integer("char", 1);
        auto text = types.pointer(letter), name = types.array(letter, 32);
        auto pair = types.structure("pair", 16, {{"next", wide, 0}, {"prev", wide, 64}});
        auto first = types.structure("hlist_head", 8, {{"first", wide, 0}});
        auto space = types.structure("address_space", 16, {{"nrpages", wide, 0}, {"i_mmap", wide, 64}});
        auto type = types.pointer(types.structure("file_system_type", 8, {{"name", text, 0}}));
        auto super = types.structure("super_block", 120,
                                     {{"s_list", pair, 0},
                                      {"s_dev", number, 16 * 8},
                                      {"s_magic", wide, kMagic * 8},
                                      {"s_type", type, 32 * 8},
                                      {"s_inodes", pair, kListOfSuper * 8},
                                      {"s_id", name, 56 * 8},
                                      {"s_mounts", pair, 88 * 8}});
        types.structure("inode", kInodeSize,
                        {{"i_mapping", types.pointer(space), 0},
                         {"i_data", space, kData * 8},
                         {"i_ino", wide, 24 * 8},
                         {"i_size", wide, 32 * 8},
                         {"i_sb", types.pointer(super), 40 * 8},
                         {"i_dentry", first, 48 * 8},
                         {"i_rdev", number, 56 * 8},
                         {"i_sb_list", pair, kListOfInode * 8}});
        kernel.put(kFree, std::vector<std::uint8_t>(0x2000));
        kernel.add_symbol(kSuperblocks, "Dsuper_blocks");
        list(kSuperblocks, {kSuperblock});
        kernel.put_word(kSuperblock + 16, 254 << 20 | 1);
        kernel.put_word(kSuperblock + 32, kType);
        kernel.put_text(kSuperblock + 56, "memory");
        kernel.put_word(kType, kName);
        kernel.put_text(kName, "tmpfs");
        list(kSuperblock + kListOfSuper, {link(0), link(1), link(2), link(3)});
        for (std::uint64_t i = 0; i < 4; ++i) kernel.put_word(inode(i), inode(i) + kData);
        pages(0, 10), pages(1, 30), pages(2, 20);
    }

    static std::uint64_t inode(std::uint64_t i) { return kFirst + i * kInodeSize; }
    static std::uint64_t link(std::uint64_t i) { return inode(i) + kListOfInode; }
    void pages(std::uint64_t i, std::uint64_t count) { kernel.put_word(inode(i) + kData, count); }
    void list(std::uint64_t head, std::vector<std::uint64_t> links) {
        links.insert(links.begin(), head);
        for (std::size_t i = 0; i < links.size(); ++i) {
            const std::uint64_t next = links[(i + 1) % links.size()];
            kernel.put_word(links[i], next);
            kernel.put_word(next + 8, links[i]);
        }
    }

    PageCache read(std::size_t most) {
        session = session_of(kernel);
        EXPECT_TRUE(session);
        objects = std::make_unique<Objects>(*session);
        return page_cache(*objects, {}, most);
    }

    synth::Kernel kernel;
    std::unique_ptr<Session> session;
    std::unique_ptr<Objects> objects;
};

TEST_F(PageCaches, NamesTheFilesWithTheMostPages) {
    PageCache cache = read(2);
    EXPECT_EQ(cache.pages, 60U);
    EXPECT_EQ(cache.files, 3U);
    EXPECT_EQ(cache.inodes, 4U);
    EXPECT_TRUE(cache.complete);
    ASSERT_EQ(cache.largest.size(), 2U);
    EXPECT_EQ(cache.largest[0].inode, inode(1));
    EXPECT_EQ(cache.largest[0].filesystem, "tmpfs");
    EXPECT_EQ(cache.largest[0].device, "memory");
    EXPECT_EQ(cache.largest[0].major, 254U);
    EXPECT_EQ(cache.largest[1].pages, 20U);
    EXPECT_EQ(cache.largest[1].path, "(no name in memory)");
}

TEST_F(PageCaches, LeavesOutHugePagesSetAside) {
    kernel.put_word(kSuperblock + kMagic, 0x958458f6);
    EXPECT_EQ(read(2).files, 0U);
}

TEST_F(PageCaches, CountsADevicesPagesOnceUnderItsOwnInode) {
    kernel.put_text(kName, std::string_view("bdev\0", 5));
    kernel.put_word(inode(0), inode(1) + kData);  // a special file of that device
    PageCache cache = read(4);
    EXPECT_EQ(cache.device_pages, 50U);
    EXPECT_EQ(cache.pages, 0U);
}

TEST_F(PageCaches, EndsWhereTheListOfInodesRunsInACircle) {
    kernel.put_word(link(2), link(1));
    PageCache cache = read(4);
    EXPECT_FALSE(cache.complete);
    EXPECT_EQ(cache.pages, 60U);
    ASSERT_EQ(objects->problems().size(), 1U);
    EXPECT_NE(objects->problems()[0].find("break off at " + hex(link(1))), std::string::npos)
        << objects->problems()[0];
}

TEST_F(PageCaches, SaysThatAnInodeIsMissing) {
    kernel.put_word(inode(1), 0xffffc90000000000);  // its mapping lies where nothing is
    PageCache cache = read(4);
    EXPECT_FALSE(cache.complete);
    EXPECT_EQ(cache.pages, 30U);
    EXPECT_EQ(objects->problems().size(), 1U);
}

}  // namespace
}  // namespace inquest
