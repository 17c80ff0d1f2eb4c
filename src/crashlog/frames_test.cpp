#include "crashlog/frames.h"

#include <gtest/gtest.h>

namespace inquest {
namespace {

std::vector<Frame> read(std::initializer_list<std::string_view> lines) {
    TraceReader reader;
    std::vector<Frame> trace;
    for (auto line : lines) reader.take(line, trace);
    return trace;
}

Frame one(std::string_view line) {
    auto trace = read({line});
    EXPECT_EQ(trace.size(), 1u) << line;
    return trace.empty() ? Frame() : trace.front();
}

TEST(Frames, ReadEveryFormOfX86) {
    auto plain = one(" ext4_lookup+0x118/0x170 [ext4]");
    EXPECT_EQ(plain.symbol, "ext4_lookup");
    EXPECT_EQ(plain.offset, 0x118u);
    EXPECT_EQ(plain.size, 0x170u);
    EXPECT_EQ(plain.module, "ext4");
    EXPECT_TRUE(plain.reliable);
    EXPECT_FALSE(one(" ? kthread_park+0x90/0x90").reliable);
    auto addressed = one(" [<ffffffffc02da368>] ? ext4_lookup+0x118/0x170 [ext4]");
    EXPECT_EQ(addressed.address, 0xffffffffc02da368u);
    EXPECT_FALSE(addressed.reliable);
    EXPECT_EQ(one(" fat_get_block+0x10/0x10 [fat 0a109de409393851f8a884f020fb5682]").module, "fat");
    EXPECT_EQ(one(" :radeon:radeon_cp_idle+0x10/0x20").module, "radeon");
    EXPECT_EQ(one(" 0xffffffffc0b0ceef").address, 0xffffffffc0b0ceefu);
    EXPECT_EQ(one(" <core::iter::Map<I, F> as Iterator>::next+0x12/0x30").symbol,
              "<core::iter::Map<I, F> as Iterator>::next");
}

TEST(Frames, ReadOtherArchitectures) {
    auto ppc = one("[c1c55610] [c0050384] __irq_exit_rcu+0x6c/0xbc (unreliable)");
    EXPECT_EQ(ppc.address, 0xc0050384u);
    EXPECT_FALSE(ppc.reliable);
    EXPECT_EQ(one("[c1c555f0] [c07ff5f0] 0xc07ff5f0").address, 0xc07ff5f0u);
    EXPECT_EQ(one("([<00000000b05ec0c2>] __netif_set_xps_queue+0x162/0xca8)").symbol,
              "__netif_set_xps_queue");
}

TEST(Frames, TellTheArchitectureThatAloneWritesThemSo) {
    TraceReader reader;
    std::vector<Frame> trace;
    reader.take("[c1c55610] [c0050384] __irq_exit_rcu+0x6c/0xbc", trace);
    EXPECT_EQ(reader.arch(), "ppc32");
    reader.take(" irq_exit+0x10/0x20", trace);
    EXPECT_EQ(reader.arch(), "");
}

TEST(Frames, ReadArmsPairsOnce) {
    auto trace = read({"[<c0012345>] (unwind_backtrace) from [<c0011111>] (show_stack+0x10/0x14)",
                       "[<c0011111>] (show_stack) from [<c0099999>] (dump_stack+0x84/0x9c)",
                       " dump_stack from panic+0x100/0x200"});
    ASSERT_EQ(trace.size(), 4u);
    EXPECT_EQ(trace[0].symbol, "unwind_backtrace");
    EXPECT_EQ(trace[1].symbol, "show_stack");
    EXPECT_EQ(trace[2].offset, 0x84u);
    EXPECT_EQ(trace[3].symbol, "panic");
}

TEST(Frames, ReadDecodedOnes) {
    auto plain = one(" vfs_read+0x11c/0x1a0 fs/read_write.c:481");
    EXPECT_EQ(plain.file, "fs/read_write.c");
    EXPECT_EQ(plain.line, 481u);
    auto inlined = one(" call_read_iter ./include/linux/fs.h:1876 [inline]");
    EXPECT_EQ(inlined.symbol, "call_read_iter");
    EXPECT_TRUE(inlined.inlined);
    auto decoded = one(" nvme_probe (drivers/nvme/host/pci.c:12 (discriminator 3)) nvme");
    EXPECT_EQ(decoded.symbol, "nvme_probe");
    EXPECT_EQ(decoded.line, 12u);
}

TEST(Frames, ReadTranscripts) {
    auto crash = one("#11 [ffff881f66bbfce0] ceph_aio_read at ffffffffa02deb11 [ceph]");
    EXPECT_EQ(crash.symbol, "ceph_aio_read");
    EXPECT_EQ(crash.address, 0xffffffffa02deb11u);
    EXPECT_EQ(crash.module, "ceph");
    auto drgn = one("#3  do_read (fs/read_write.c:481:7)");
    EXPECT_EQ(drgn.symbol, "do_read");
    EXPECT_EQ(drgn.line, 481u);
    auto sourced =
        read({"#8 [ffff8003ffec1640] kmem_cache_free at ffff000008268b58", "/usr/src/linux/mm/slab.h: 229"});
    ASSERT_EQ(sourced.size(), 1u);
    EXPECT_EQ(sourced[0].line, 229u);
}

TEST(Frames, KnowWhichStackTheyAreOn) {
    auto trace =
        read({" <IRQ>", " tick+0x1/0x2", " </IRQ>", " <#DF> fault+0x1/0x2", " <TASK>", " work+0x1/0x2"});
    ASSERT_EQ(trace.size(), 3u);
    EXPECT_EQ(trace[0].context, "irq");
    EXPECT_EQ(trace[1].context, "exception");
    EXPECT_EQ(trace[2].context, "");
}

TEST(Frames, AreNotSeenInOrdinaryText) {
    for (std::string_view line :
         {"softirqs last enabled at (12): [<ffffffff81000000>] do_it+0x1/0x2",
          "0xffffffff8118a075 <__free_pages+5>: lock decl 0x1c(%rdi)", "kmem_cache_free+0xfc/0x1c8:", "a+b",
          "#0: ffff888 (&lock){+.+.}", "<IRQ", ""})
        EXPECT_TRUE(read({line}).empty()) << line;
}

TEST(Frames, AreBounded) {
    TraceReader reader;
    std::vector<Frame> trace;
    for (int i = 0; i < 5000; ++i) reader.take(" recurse+0x10/0x20", trace);
    EXPECT_LE(trace.size(), 1024u);
}

}  // namespace
}  // namespace inquest
