#include "crashlog/kinds/kind_test.h"

namespace inquest {
namespace {

TEST(Oom, TellsWhoUsedTheMemoryAndWhoWasKilled) {
    auto event = event_of({
        "burrow invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0",
        "CPU: 1 PID: 4711 Comm: burrow Not tainted 6.6.1-test #3",
        "Call Trace:",
        " dump_stack_lvl+0x1/0x2",
        " dump_header+0x1/0x2",
        " oom_kill_process+0x1/0x2",
        "Mem-Info:",
        "active_anon:1017 inactive_anon:123456 isolated_anon:0",
        " slab_reclaimable:2000 slab_unreclaimable:98765",
        " free:11111 free_pcp:0 free_cma:0",
        "Node 0 Normal free:44424kB min:45000kB low:56248kB high:67496kB reserved_highatomic:0KB "
        "active_anon:8kB",
        "Free swap  = 0kB",
        "Total swap = 2097148kB",
        "262144 pages RAM",
        "Tasks state (memory values in pages):",
        "[  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name",
        "[    211]     0   211     8000      900    90112        0         -1000 wombatd",
        "[   4000]  1000  4000   900000   700000  9011200        0             0 tunneler",
        "[   4711]  1000  4711    90000    10000   901120        0             0 burrow",
        "oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,global_oom,task_memcg=/"
        ",task=tunneler,pid=4000,uid=1000",
        "Out of memory: Killed process 4000 (tunneler) total-vm:3600000kB, anon-rss:2800000kB, file-rss:0kB, "
        "shmem-rss:0kB, UID:1000",
    });
    EXPECT_EQ(event.kind, Kind::oom_kill);
    EXPECT_EQ(event.title, "Out of memory: killed process tunneler");
    EXPECT_EQ(event.task.comm, "burrow");
    EXPECT_EQ(event.fact("constraint"), "CONSTRAINT_NONE");
    EXPECT_EQ(event.fact("order"), "0");
    EXPECT_EQ(event.fact("gfp"), "0xcc0(GFP_KERNEL)");
    EXPECT_EQ(event.fact("victim"), "tunneler (pid 4000)");
    EXPECT_EQ(event.fact("pages-slab_unreclaimable"), "98765");
    EXPECT_EQ(event.fact("zone Node 0 Normal"), "free:44424kB min:45000kB low:56248kB high:67496kB");
    EXPECT_EQ(event.fact("free-swap"), "0kB");
    EXPECT_EQ(event.fact("ram-pages"), "262144");
    EXPECT_EQ(event.fact("spared"), "wombatd (pid 211): oom_score_adj -1000");
    ASSERT_EQ(facts_of(event, "user").size(), 3U);
    EXPECT_EQ(facts_of(event, "user")[0], "700000 pages, tunneler (pid 4000)");
}

TEST(Oom, KeepsOnlyTheLargestUsers) {
    std::string log =
        as_log({"burrow invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0"});
    for (int i = 1; i <= 200; ++i)
        log += "[   43.000000] [   " + std::to_string(1000 + i) + "]  1000  " + std::to_string(1000 + i) +
               "    90000    " + std::to_string(i) + "   901120        0             0 task" +
               std::to_string(i) + "\n";
    auto events = events_of(log);
    ASSERT_EQ(events.size(), 1U);
    const auto users = facts_of(events[0], "user");
    ASSERT_EQ(users.size(), 5U);
    EXPECT_EQ(users[0], "200 pages, task200 (pid 1200)");
    EXPECT_EQ(users[4], "196 pages, task196 (pid 1196)");
}

TEST(Oom, TellsTheLimitOfAGroup) {
    auto event =
        event_of({"burrow invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0",
                  "memory: usage 204800kB, limit 204800kB, failcnt 4711", "Memory cgroup stats for /warren:",
                  "Memory cgroup out of memory: Killed process 4711 (burrow) total-vm:300000kB, "
                  "anon-rss:200000kB, file-rss:0kB"});
    EXPECT_EQ(event.title, "Memory cgroup out of memory: killed process burrow");
    EXPECT_EQ(event.fact("memcg"), "/warren");
    EXPECT_EQ(event.fact("memcg-usage"), "usage 204800kB, limit 204800kB, failcnt 4711");
}

TEST(Oom, TellsWhatThePanicSaysOfTheSetting) {
    const auto panic = [](std::string_view words) {
        return event_of(
            {"burrow invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0", words});
    };
    auto system_wide =
        panic("Kernel panic - not syncing: Out of memory: system-wide panic_on_oom is enabled");
    EXPECT_EQ(system_wide.kind, Kind::oom_panic);
    EXPECT_EQ(system_wide.fact("panic-on-oom"), "1");
    EXPECT_EQ(panic("Kernel panic - not syncing: Out of memory: compulsory panic_on_oom is enabled")
                  .fact("panic-on-oom"),
              "2");
    auto nobody = panic("Kernel panic - not syncing: Out of memory and no killable processes...");
    EXPECT_EQ(nobody.title, "kernel panic: Out of memory and no killable processes...");
    EXPECT_EQ(nobody.fact("panic-on-oom"), "");
    EXPECT_EQ(event_of({"Kernel panic - not syncing: System is deadlocked on memory"}).kind, Kind::oom_panic);
    expect_prose({"The burrow invoked oom-killer: why?", "Out of memory: we should add some",
                  "Out of memory and no killable processes is what it says"});
}

TEST(PageAllocationFailure, TellsOrderAndCaller) {
    auto event = event_of(
        {"burrow: page allocation failure: order:4, mode:0x40cc0(GFP_KERNEL|__GFP_COMP), "
         "nodemask=(null),cpuset=/,mems_allowed=0",
         "CPU: 1 PID: 4711 Comm: burrow Not tainted 6.6.1-test #3", "Call Trace:", " dump_stack_lvl+0x1/0x2",
         " warn_alloc+0x1/0x2", " __alloc_pages_slowpath+0x1/0x2", " __alloc_pages+0x1/0x2",
         " kmalloc_order+0x1/0x2", " wombat_ring_alloc+0x1f/0x80",
         "Mem-Info:", "active_anon:1017 inactive_anon:123456 isolated_anon:0"});
    EXPECT_EQ(event.kind, Kind::page_allocation_failure);
    EXPECT_EQ(event.ip.symbol, "warn_alloc");
    EXPECT_EQ(event.guilty.function, "wombat_ring_alloc");
    EXPECT_EQ(event.fact("order"), "4");
    EXPECT_EQ(event.fact("pages-inactive_anon"), "123456");
    expect_prose({"we had a page allocation failure: sad"});
}

TEST(ListCorruption, TellsWhichPoison) {
    auto event = event_of(
        {"list_del corruption, ffff888012345640->next is LIST_POISON1 (dead000000000100)",
         "------------[ cut here ]------------", "kernel BUG at lib/list_debug.c:47!",
         "invalid opcode: 0000 [#1] PREEMPT SMP", "CPU: 1 PID: 4711 Comm: burrow Not tainted 6.6.1-test #3",
         "RIP: 0010:__list_del_entry_valid+0x1f/0x80", "Call Trace:", " wombat_remove+0x1f/0x80"});
    EXPECT_EQ(event.kind, Kind::list_corruption);
    EXPECT_EQ(event.title, "BUG: corrupted list in wombat_remove");
    EXPECT_EQ(event.ip.symbol, "__list_del_entry_valid");
    EXPECT_EQ(event.fact("poison"), "LIST_POISON1: the entry was deleted already");
}

TEST(ListCorruption, RecognisesPoisonByValue) {
    auto freed =
        event_of({"list_add corruption. next->prev should be prev (ffff888012345640), but was "
                  "6b6b6b6b6b6b6b6b. (next=ffff888012345680).",
                  "WARNING: CPU: 1 PID: 4711 at lib/list_debug.c:25 __list_add_valid+0x1f/0x80",
                  "Call Trace:", " wombat_add+0x1f/0x80"});
    EXPECT_EQ(freed.fact("poison"), "slab poison: the memory of the entry was freed");
    EXPECT_EQ(freed.title, "WARNING in wombat_add");
    EXPECT_EQ(freed.ip.symbol, "__list_add_valid");
}

TEST(ListCorruption, ReadsTheComplaintBehindTheWarning) {
    auto event =
        event_of({"WARNING: CPU: 1 PID: 4711 at lib/list_debug.c:59 __list_del_entry+0x82/0xd0",
                  "list_del corruption. prev->next should be ffff880014bfe018, but was dead000000000200",
                  "Call Trace:", " [<ffffffff81234567>] __list_del_entry+0x82/0xd0",
                  " [<ffffffff81234567>] wombat_shutdown+0x85/0x1f0"});
    EXPECT_EQ(event.title, "WARNING in wombat_shutdown");
    EXPECT_EQ(event.fact("poison"), "LIST_POISON2: the entry was deleted already");
}

TEST(ListCorruption, IsKnownByTheTrapAlone) {
    auto event =
        event_of({"kernel BUG at lib/list_debug.c:47!", "invalid opcode: 0000 [#1] SMP",
                  "RIP: 0010:__list_del_entry_valid+0x1f/0x80", "Call Trace:", " wombat_remove+0x1f/0x80"});
    EXPECT_EQ(event.kind, Kind::list_corruption);
    expect_prose({"list_del corruption is what the console said"});
}

TEST(Refcount, TellsTheComplaint) {
    auto event = event_of({"------------[ cut here ]------------", "refcount_t: underflow; use-after-free.",
                           "WARNING: CPU: 1 PID: 4711 at lib/refcount.c:28 refcount_warn_saturate+0xba/0x110",
                           "Modules linked in:", "CPU: 1 PID: 4711 Comm: burrow Not tainted 6.6.1-test #3",
                           "RIP: 0010:refcount_warn_saturate+0xba/0x110", "Call Trace:", " <TASK>",
                           " wombat_put+0x1f/0x80"});
    EXPECT_EQ(event.kind, Kind::refcount);
    EXPECT_EQ(event.title, "WARNING: refcount bug in wombat_put");
    EXPECT_EQ(event.ip.symbol, "refcount_warn_saturate");
    EXPECT_EQ(event.fact("complaint"), "underflow; use-after-free");
}

TEST(Refcount, ReadsTheWarningThatNamesThePlaceFirst) {
    auto event =
        event_of({"WARNING: lib/refcount.c:28 at refcount_warn_saturate+0xba/0x110, CPU#1: burrow/4711",
                  "Call Trace:", " wombat_put+0x1f/0x80"});
    EXPECT_EQ(event.kind, Kind::refcount);
    EXPECT_EQ(event.cpu, 1);
    EXPECT_EQ(event.task.comm, "burrow");
    EXPECT_EQ(event.ip.symbol, "refcount_warn_saturate");
}

TEST(Slab, TellsCacheComplaintAndHistory) {
    auto event =
        event_of({"=============================================================================",
                  "BUG kmalloc-64 (Tainted: G    B             ): Right Redzone overwritten",
                  "-----------------------------------------------------------------------------", "",
                  "0xffff888012345680-0xffff888012345687 @offset=1664. First byte 0x0 instead of 0xcc",
                  "Allocated in wombat_open+0x1f/0x80 age=12 cpu=1 pid=4711", " kmalloc_trace+0x1/0x2",
                  " wombat_open+0x1f/0x80", "Freed in wombat_free+0x1f/0x80 age=99 cpu=0 pid=17",
                  " kfree+0x1/0x2", " wombat_free+0x1f/0x80",
                  "Slab 0xffffea0000123400 objects=32 used=11 fp=0xffff888012345000 flags=0x200",
                  "Object 0xffff888012345640 @offset=1600 fp=0x0000000000000000",
                  "Call Trace:", " dump_stack_lvl+0x1/0x2", " check_bytes_and_report+0x1/0x2",
                  " check_object+0x1/0x2", " free_debug_processing+0x1/0x2", " wombat_exit+0x1f/0x80"});
    EXPECT_EQ(event.kind, Kind::slab_corruption);
    EXPECT_EQ(event.title, "BUG: Right Redzone overwritten in wombat_exit");
    EXPECT_EQ(event.verdict.object.cache, "kmalloc-64");
    EXPECT_EQ(event.verdict.object.address, 0xffff888012345640);
    EXPECT_EQ(event.ip.symbol, "check_bytes_and_report");
    EXPECT_NE(event.fact("bytes").find("0x0 instead of 0xcc"), std::string_view::npos);
    ASSERT_EQ(event.stacks.size(), 2U);
    EXPECT_EQ(event.stacks[0].title, "Allocated in wombat_open+0x1f/0x80");
    EXPECT_EQ(event.stacks[1].pid, 17);
}

TEST(Slab, KnowsItsOtherComplaints) {
    EXPECT_EQ(event_of({"BUG kmalloc-64 (Not tainted): Object already free",
                        "Call Trace:", " dump_stack+0x1/0x2", " wombat_exit+0x1f/0x80"})
                  .title,
              "BUG: Object already free");
    auto wrong = event_of({"cache_from_obj: Wrong slab cache. kmalloc-64 but object is from kmalloc-128",
                           "WARNING: CPU: 1 PID: 4711 at mm/slab.h:521 kmem_cache_free+0x1f/0x80",
                           "Call Trace:", " wombat_exit+0x1f/0x80"});
    EXPECT_EQ(wrong.kind, Kind::slab_corruption);
    EXPECT_EQ(wrong.title, "WARNING in wombat_exit");
    EXPECT_EQ(wrong.fact("freed-to"), "kmalloc-64");
    EXPECT_EQ(wrong.verdict.object.cache, "kmalloc-128");
    EXPECT_EQ(event_of({"BUG kmalloc-64: Poison overwritten", "Call Trace:", " dump_stack+0x1/0x2",
                        " wombat_exit+0x1f/0x80"})
                  .kind,
              Kind::slab_corruption);
    expect_prose({"BUG report (see below): it crashes", "BUG in the slab allocator (Not tainted by us)"});
}

TEST(ObjectsRemaining, NamesWhoDestroysTheCache) {
    auto event =
        event_of({"BUG wombat_cache (Tainted: G    B             ): Objects remaining in wombat_cache on "
                  "__kmem_cache_shutdown()",
                  "Call Trace:", " dump_stack_lvl+0x1/0x2", " slab_err+0x1/0x2",
                  " __kmem_cache_shutdown+0x1/0x2", " kmem_cache_destroy+0x1/0x2", " wombat_exit+0x1f/0x80"});
    EXPECT_EQ(event.kind, Kind::objects_remaining);
    EXPECT_EQ(event.verdict.object.cache, "wombat_cache");
    EXPECT_EQ(event.guilty.function, "wombat_exit");
    EXPECT_EQ(event.ip.symbol, "slab_err");
}

TEST(ObjectsRemaining, KnowsCachesOfGroupsAndTheOldHeader) {
    auto group =
        event_of({"BUG kmalloc-192(17:warren) (Tainted: G           OE    ): Objects remaining in "
                  "kmalloc-192(17:warren) on __kmem_cache_shutdown()",
                  "Call Trace:", " dump_stack+0x1/0x2", " slab_err+0x1/0x2", " wombat_exit+0x1f/0x80"});
    EXPECT_EQ(group.verdict.object.cache, "kmalloc-192");
    EXPECT_EQ(group.fact("memcg"), "17:warren");
    EXPECT_EQ(group.title, "BUG: Objects remaining in kmalloc-NUM in wombat_exit");
    EXPECT_EQ(event_of({"BUG wombat_cache: Objects remaining on kmem_cache_close()",
                        "Call Trace:", " slab_err+0x1/0x2", " wombat_exit+0x1f/0x80"})
                  .kind,
              Kind::objects_remaining);
}

TEST(Usercopy, NamesTheCopier) {
    auto event =
        event_of({"usercopy: Kernel memory exposure attempt detected from SLUB object 'wombat_cache' (offset "
                  "0, size 4711)!",
                  "kernel BUG at mm/usercopy.c:102!", "invalid opcode: 0000 [#1] SMP",
                  "RIP: 0010:usercopy_abort+0x1f/0x80", "Call Trace:", " __check_heap_object+0x1/0x2",
                  " __check_object_size+0x1/0x2", " wombat_read+0x1f/0x80"});
    EXPECT_EQ(event.kind, Kind::kernel_bug);
    EXPECT_EQ(event.title, "BUG: bad usercopy in wombat_read");
    EXPECT_EQ(event.ip.symbol, "usercopy_abort");
}

TEST(BadPageState, NamesWhoAllocatedThePage) {
    auto event = event_of(
        {"BUG: Bad page state in process burrow  pfn:12345",
         "page:ffffea0000123400 refcount:0 mapcount:1 mapping:0000000000000000 index:0x0 pfn:0x12345",
         "page dumped because: nonzero mapcount", "page_owner tracks the page as allocated",
         "page last allocated via order 0, migratetype Unmovable, gfp_mask 0xcc0(GFP_KERNEL), pid 17, tgid "
         "17 (digger), ts 1, free_ts 0",
         " get_page_from_freelist+0x1/0x2", " alloc_pages+0x1/0x2", " wombat_ring_grow+0x1f/0x80",
         "Call Trace:", " dump_stack_lvl+0x1/0x2", " bad_page+0x1/0x2", " free_unref_page+0x1/0x2"});
    EXPECT_EQ(event.kind, Kind::bad_page_state);
    EXPECT_EQ(event.title, "BUG: Bad page state in wombat_ring_grow");
    EXPECT_EQ(event.fact("reason"), "nonzero mapcount");
    EXPECT_EQ(event.fact("pfn"), "12345");
    EXPECT_EQ(event.ip.symbol, "bad_page");
    expect_prose({"BUG: Bad page state in our documentation"});
}

TEST(MemoryLeak, NamesTheAllocator) {
    auto event = event_of({"BUG: memory leak", "unreferenced object 0xffff888012345640 (size 128):",
                           "  comm \"burrow\", pid 4711, jiffies 4294938271 (age 8.130s)",
                           "  hex dump (first 32 bytes):",
                           "    00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00  ................",
                           "  backtrace:", "    [<0000000012345678>] kmem_cache_alloc+0x1/0x2",
                           "    [<0000000023456789>] wombat_open+0x1f/0x80"});
    EXPECT_EQ(event.kind, Kind::memory_leak);
    EXPECT_EQ(event.title, "memory leak in wombat_open");
    EXPECT_EQ(event.task.pid, 4711);
    EXPECT_EQ(event.fact("object-size"), "128");
    EXPECT_EQ(event.verdict.object.address, 0xffff888012345640);
}

}  // namespace
}  // namespace inquest
