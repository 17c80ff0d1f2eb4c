#include "crashlog/kinds/kind_test.h"

namespace inquest {
namespace {

TEST(Kasan, ReadsAccessObjectAndBothStacks) {
    auto event = event_of({
        "==================================================================",
        "BUG: KASAN: slab-use-after-free in wombat_read+0x1f4/0x3a0 [wombat]",
        "Read of size 8 at addr ffff888012345640 by task burrow/4711",
        "",
        "CPU: 1 PID: 4711 Comm: burrow Not tainted 6.6.1-test #3",
        "Call Trace:",
        " <TASK>",
        " dump_stack_lvl+0x4c/0x70",
        " print_report+0xcf/0x630",
        " kasan_report+0xc6/0x100",
        " wombat_read+0x1f4/0x3a0 [wombat]",
        " vfs_read+0x1a0/0x5c0",
        " </TASK>",
        "",
        "Allocated by task 4700 on cpu 2 at 41.100200s:",
        " kasan_save_stack+0x24/0x50",
        " wombat_open+0x5a/0x120 [wombat]",
        "",
        "Freed by task 4701:",
        " kasan_save_stack+0x24/0x50",
        " kfree+0xb8/0x2a0",
        " wombat_release+0x77/0x90 [wombat]",
        "",
        "The buggy address belongs to the object at ffff888012345600",
        " which belongs to the cache kmalloc-96 of size 96",
        "The buggy address is located 64 bytes inside of",
        " freed 96-byte region [ffff888012345600, ffff888012345660)",
    });
    EXPECT_EQ(event.kind, Kind::kasan);
    EXPECT_EQ(event.title, "KASAN: slab-use-after-free Read in wombat_read");
    EXPECT_EQ(event.ip.symbol, "wombat_read");
    EXPECT_EQ(event.ip.module, "wombat");
    EXPECT_EQ(event.guilty.function, "wombat_read");
    EXPECT_EQ(event.access, Access::read);
    EXPECT_EQ(event.fault_address, 0xffff888012345640);
    EXPECT_EQ(event.fact("access-size"), "8");
    EXPECT_EQ(event.verdict.object.cache, "kmalloc-96");
    EXPECT_EQ(event.verdict.object.address, 0xffff888012345600);
    ASSERT_EQ(event.stacks.size(), 2U);
    EXPECT_EQ(event.stacks[0].title, "Allocated by task 4700 on cpu 2 at 41.100200s");
    EXPECT_EQ(event.stacks[0].cpu, 2);
    EXPECT_EQ(event.stacks[1].pid, 4701);
    ASSERT_FALSE(event.stacks[1].frames.empty());
    EXPECT_EQ(event.stacks[1].frames.back().symbol, "wombat_release");
    EXPECT_EQ(event.trace.back().symbol, "vfs_read");
}

TEST(Kasan, NamesTheCallerOfTheCheckedCopy) {
    auto event =
        event_of({"BUG: KASAN: slab-out-of-bounds in memcpy+0x1f/0x50",
                  "Write of size 200 at addr ffff888012345640 by task burrow/4711",
                  "Call Trace:", " dump_stack+0x1/0x2", " memcpy+0x1f/0x50", " wombat_copy+0x40/0x80"});
    EXPECT_EQ(event.title, "KASAN: slab-out-of-bounds Write in wombat_copy");
    EXPECT_EQ(event.ip.symbol, "memcpy");
}

TEST(Kasan, CallsEveryBadFreeInvalid) {
    for (auto header : {"BUG: KASAN: double-free in kfree+0x1f/0x50",
                        "BUG: KASAN: double-free or invalid-free in kfree+0x1f/0x50",
                        "BUG: KASAN: invalid-free in kfree+0x1f/0x50"}) {
        auto event = event_of(
            {header, "Call Trace:", " dump_stack+0x1/0x2", " kfree+0x1f/0x50", " wombat_exit+0x40/0x80"});
        EXPECT_EQ(event.title, "KASAN: invalid-free in wombat_exit") << header;
    }
}

TEST(Kasan, ReadsTheHeadersOfADecodedLogAsOne) {
    auto event = event_of({"BUG: KASAN: use-after-free in wombat_peek drivers/wombat.h:71 [inline]",
                           "BUG: KASAN: use-after-free in wombat_read+0xac/0x610 drivers/wombat.c:916",
                           "Read of size 8 at addr ffff888012345640 by task burrow/4711",
                           "Call Trace:", " dump_stack_lvl+0x1/0x2 lib/dump_stack.c:1",
                           " wombat_peek drivers/wombat.h:71 [inline]",
                           " wombat_read+0xac/0x610 drivers/wombat.c:916"});
    EXPECT_EQ(event.title, "KASAN: use-after-free Read in wombat_read");
    EXPECT_EQ(event.ip.symbol, "wombat_peek");
}

TEST(Kasan, IsNoReportInProse) {
    expect_prose({"BUG: KASAN: use-after-free in the wombat driver is what we see.",
                  "I hit BUG: KASAN: use-after-free in wombat_read+0x1/0x2 today",
                  "BUG: KASAN: what does it mean?"});
}

TEST(Kmsan, NamesTheUserOfTheValueAndItsOrigin) {
    auto event =
        event_of({"=====================================================",
                  "BUG: KMSAN: uninit-value in wombat_parse+0x1f4/0x3a0", " wombat_parse+0x1f4/0x3a0",
                  " wombat_ioctl+0x40/0x80", "", "Uninit was created at:", " slab_post_alloc_hook+0x1/0x2",
                  " wombat_alloc+0x33/0x60", "", "Bytes 4-7 of 16 are uninitialized",
                  "Memory access of size 16 starts at ffff888012345640"});
    EXPECT_EQ(event.kind, Kind::kmsan);
    EXPECT_EQ(event.title, "KMSAN: uninit-value in wombat_parse");
    EXPECT_EQ(event.fact("access-size"), "16");
    ASSERT_EQ(event.stacks.size(), 1U);
    EXPECT_EQ(event.stacks[0].title, "Uninit was created");
    EXPECT_EQ(event.stacks[0].frames.back().symbol, "wombat_alloc");
    EXPECT_EQ(event.trace.size(), 2U);
}

TEST(Kcsan, KeepsBothAccesses) {
    auto event =
        event_of({"BUG: KCSAN: data-race in wombat_get / wombat_put", "",
                  "write to 0xffff888012345640 of 4 bytes by task 4711 on cpu 1:", " wombat_put+0x1f/0x50",
                  " wombat_release+0x1f/0x50", "",
                  "read to 0xffff888012345640 of 4 bytes by interrupt on cpu 0:", " wombat_get+0x1f/0x50", "",
                  "value changed: 0x00000001 -> 0x00000000"});
    EXPECT_EQ(event.kind, Kind::kcsan);
    EXPECT_EQ(event.title, "KCSAN: data-race in wombat_get / wombat_put");
    EXPECT_EQ(event.fact("value-changed"), "0x00000001 -> 0x00000000");
    ASSERT_EQ(event.stacks.size(), 2U);
    EXPECT_EQ(event.stacks[0].pid, 4711);
    EXPECT_EQ(event.stacks[1].cpu, 0);
    EXPECT_EQ(event.access, Access::write);
}

TEST(Kfence, ReadsObjectAndStacks) {
    auto event = event_of({"BUG: KFENCE: out-of-bounds read in wombat_sum+0xa3/0x22b", "",
                           "Out-of-bounds read at 0xffff888012345fff (1B left of kfence-#17):",
                           " wombat_sum+0xa3/0x22b", " wombat_ioctl+0x40/0x80", "",
                           "kfence-#17: 0xffff888012346000-0xffff88801234601f, size=32, cache=kmalloc-32", "",
                           "allocated by task 484 on cpu 0 at 32.9s:", " wombat_open+0x1f/0x50"});
    EXPECT_EQ(event.kind, Kind::kfence);
    EXPECT_EQ(event.title, "KFENCE: out-of-bounds read in wombat_sum");
    EXPECT_EQ(event.fault_address, 0xffff888012345fff);
    EXPECT_EQ(event.fact("region"), "1B left of kfence-#17");
    EXPECT_EQ(event.verdict.object.cache, "kmalloc-32");
    ASSERT_EQ(event.stacks.size(), 1U);
    EXPECT_EQ(event.stacks[0].pid, 484);
    EXPECT_EQ(event.trace.size(), 2U);
}

TEST(Ubsan, TellsCheckPlaceAndValues) {
    auto event = event_of({"UBSAN: shift-out-of-bounds in drivers/wombat/core.c:118:9",
                           "shift exponent 64 is too large for 32-bit type 'int'",
                           "CPU: 1 PID: 4711 Comm: burrow Not tainted 6.6.1-test #3",
                           "Call Trace:", " dump_stack_lvl+0x4c/0x70", " ubsan_epilogue+0x5/0x30",
                           " __ubsan_handle_shift_out_of_bounds+0x1f/0x50", " wombat_rate+0x40/0x80"});
    EXPECT_EQ(event.kind, Kind::ubsan);
    EXPECT_EQ(event.title, "UBSAN: shift-out-of-bounds in wombat_rate");
    EXPECT_EQ(event.ip.symbol, "wombat_rate");
    EXPECT_EQ(event.fact("place"), "drivers/wombat/core.c:118:9");
    EXPECT_EQ(event.fact("detail"), "shift exponent 64 is too large for 32-bit type 'int'");
}

TEST(Ubsan, KeepsTheOldWording) {
    auto event = event_of({"UBSAN: Undefined behaviour in drivers/wombat/core.c:118:9",
                           "signed integer overflow:", "2147483647 + 1 cannot be represented", "Call Trace:",
                           " dump_stack+0x1/0x2", " handle_overflow+0x1/0x2", " wombat_rate+0x40/0x80"});
    EXPECT_EQ(event.title, "UBSAN: undefined-behaviour in wombat_rate");
    EXPECT_EQ(facts_of(event, "detail").size(), 2U);
    expect_prose({"UBSAN: we should enable it in our CI."});
}

}  // namespace
}  // namespace inquest
