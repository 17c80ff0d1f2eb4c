#include "crashlog/kinds/kind_test.h"

namespace inquest {
namespace {

TEST(Odebug, TellsObjectAndHint) {
    auto event = event_of(
        {"------------[ cut here ]------------",
         "ODEBUG: free active (active state 0) object: ffff888012345640 object type: timer_list hint: "
         "wombat_tick+0x0/0x80",
         "WARNING: CPU: 1 PID: 4711 at lib/debugobjects.c:514 debug_print_object+0x1f/0x80",
         "CPU: 1 PID: 4711 Comm: burrow Not tainted 6.6.1-test #3", "RIP: 0010:debug_print_object+0x1f/0x80",
         "Call Trace:", " debug_check_no_obj_freed+0x1/0x2", " kfree+0x1/0x2", " wombat_exit+0x1f/0x80"});
    EXPECT_EQ(event.title, "WARNING: ODEBUG bug in wombat_exit");
    EXPECT_EQ(event.fact("complaint"), "free active (active state 0)");
    EXPECT_EQ(event.fact("hint"), "wombat_tick+0x0/0x80");
    EXPECT_EQ(event.verdict.object.type, "timer_list");
}

TEST(SpecialWarning, BlamesTheCallerOfTheSharedCode) {
    auto title = [](std::string_view place, std::string_view caller) {
        return event_of({"WARNING: CPU: 1 PID: 4711 at " + std::string(place), "Call Trace:", caller,
                         " wombat_probe+0x1f/0x80"})
            .title;
    };
    EXPECT_EQ(title("lib/kobject.c:734 kobject_put+0x1f/0x80", " kobject_del+0x1/0x2"),
              "WARNING: kobject bug in wombat_probe");
    EXPECT_EQ(title("fs/proc/generic.c:377 proc_register+0x1f/0x80", " proc_create_data+0x1/0x2"),
              "WARNING: proc registration bug in wombat_probe");
    EXPECT_EQ(title("mm/util.c:597 kvmalloc_node+0x1f/0x80", " kmalloc_large+0x1/0x2"),
              "WARNING: kmalloc bug in wombat_probe");
    EXPECT_EQ(title("kernel/locking/lockdep.c:4711 __lock_acquire+0x1f/0x80", " lock_sock_nested+0x1/0x2"),
              "WARNING: locking bug in wombat_probe");
    EXPECT_EQ(title("drivers/usb/core/urb.c:503 usb_submit_urb+0x1f/0x80", " usb_start_wait_urb+0x1/0x2"),
              "WARNING in wombat_probe/usb_submit_urb");
    EXPECT_EQ(title("drivers/wombat/core.c:118 wombat_check+0x1f/0x80", " wombat_init+0x1/0x2"),
              "WARNING in wombat_check");
}

TEST(Dentry, TellsWhatIsLeftAtUnmount) {
    auto event =
        event_of({"BUG: Dentry ffff888012345640{i=1f,n=burrow}  still in use (1) [unmount of wombatfs sda1]",
                  "------------[ cut here ]------------",
                  "WARNING: CPU: 1 PID: 4711 at fs/dcache.c:1616 umount_check+0x1f/0x80",
                  "Call Trace:", " d_walk+0x1/0x2"});
    EXPECT_EQ(event.title, "BUG: Dentry still in use in unmount");
    EXPECT_EQ(event.fact("during"), "unmount of wombatfs sda1");
    EXPECT_EQ(event.ip.symbol, "umount_check");
}

TEST(NetworkDevice, FoldsAllDevicesUnderOneTitle) {
    auto event = event_of({"unregister_netdevice: waiting for wombat0 to become free. Usage count = 5"});
    EXPECT_EQ(event.title, "unregister_netdevice: waiting for DEV to become free");
    EXPECT_EQ(event.fact("device"), "wombat0");
    EXPECT_EQ(event.fact("usage-count"), "5");
}

TEST(CfiFailure, NamesTheCallAndItsTarget) {
    auto event =
        event_of({"CFI failure at wombat_dispatch+0x3f0/0x1480 (target: burrow_handler+0x0/0x80; expected "
                  "type: 0xd9421881)"});
    EXPECT_EQ(event.title, "CFI failure in wombat_dispatch");
    EXPECT_EQ(event.fact("target"), "burrow_handler+0x0/0x80");
    expect_prose({"CFI failure at boot (target: unknown)"});
}

TEST(OtherBug, IsBelievedWhenALogWroteIt) {
    EXPECT_EQ(event_of({"BUG: looking up invalid subclass: 9",
                        "CPU: 1 PID: 4711 Comm: burrow Not tainted 6.6.1-test #3",
                        "Call Trace:", " dump_stack+0x1/0x2", " wombat_lock+0x1f/0x80"})
                  .title,
              "BUG: looking up invalid subclass: NUM");
    expect_prose({"BUG: the manual is wrong", "BUG: 216073"});
}

TEST(Unwinder, HasTitlesWithoutAddresses) {
    EXPECT_EQ(event_of({"WARNING: kernel stack regs at ffffc90001234567 in burrow:4711 has bad 'bp' value "
                        "0000000000000001"})
                  .title,
              "WARNING: kernel stack regs has bad value");
    EXPECT_EQ(event_of({"WARNING: kernel stack frame pointer at ffffc90001234567 in burrow:4711 has bad "
                        "value 0000000000000001"})
                  .title,
              "WARNING: kernel stack frame pointer has bad value");
    EXPECT_EQ(event_of({"WARNING: kernel stack frame pointer at         (ptrval) in burrow:4711 has bad "
                        "value         (ptrval)"})
                  .title,
              "WARNING: kernel stack regs has bad value");
}

TEST(RequestedTrace, IsNoCrash) {
    EXPECT_TRUE(events_of(as_log({"FAULT_INJECTION: forcing a failure.",
                                  "name failslab, interval 1, probability 0, space 0, times 0",
                                  "CPU: 1 PID: 4711 Comm: burrow Not tainted 6.6.1-test #3",
                                  "Call Trace:", " dump_stack_lvl+0x1/0x2", " should_fail+0x1/0x2",
                                  " wombat_alloc+0x1f/0x80"}))
                    .empty());
    EXPECT_TRUE(
        events_of(as_log({"sysrq: Show backtrace of all active CPUs", "NMI backtrace for cpu 1",
                          "CPU: 1 PID: 4711 Comm: burrow Not tainted 6.6.1-test #3",
                          "RIP: 0010:wombat_idle+0x1f/0x80", "Call Trace:", " cpu_startup_entry+0x1/0x2"}))
            .empty());
    auto events = events_of(as_log(
        {"FAULT_INJECTION: forcing a failure.", "CPU: 1 PID: 4711 Comm: burrow Not tainted 6.6.1-test #3",
         "Call Trace:", " dump_stack_lvl+0x1/0x2", " should_fail+0x1/0x2", "BUG: memory leak",
         "unreferenced object 0xffff888012345640 (size 128):"}));
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].kind, Kind::memory_leak);
}

TEST(Vfs, KnowsItsOldComplaints) {
    EXPECT_EQ(event_of({"VFS: Close: file count is 0"}).title,
              "VFS: Close: file count is zero (use-after-free)");
    EXPECT_EQ(
        event_of({"VFS: Busy inodes after unmount of sda1. Self-destruct in 5 seconds.  Have a nice day..."})
            .title,
        "VFS: Busy inodes after unmount (use-after-free)");
}

TEST(MountRoot, TellsDeviceAndWhatThereIs) {
    auto event =
        event_of({"VFS: Cannot open root device \"sda1\" or unknown-block(0,0): error -6",
                  "Please append a correct \"root=\" boot option; here are the available partitions:",
                  "fe00         8388608 vda ", " driver: virtio_blk",
                  "Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)",
                  "CPU: 1 PID: 1 Comm: swapper/0 Not tainted 6.6.1-test #3",
                  "Call Trace:", " dump_stack_lvl+0x1/0x2", " panic+0x1/0x2", " mount_root_generic+0x1/0x2"});
    EXPECT_EQ(event.kind, Kind::mount_root_failure);
    EXPECT_EQ(event.title, "kernel panic: VFS: Unable to mount root fs on unknown-block(NUM,NUM)");
    EXPECT_EQ(event.fact("device"), "\"sda1\"");
    EXPECT_EQ(event.fact("error"), "-6");
    EXPECT_EQ(event.fact("partition"), "vda");
}

TEST(Sysrq, SaysThatSomebodyAskedForIt) {
    auto event =
        event_of({"sysrq: Trigger a crash", "Kernel panic - not syncing: sysrq triggered crash",
                  "CPU: 1 PID: 4711 Comm: bash Not tainted 6.6.1-test #3",
                  "Call Trace:", " dump_stack_lvl+0x1/0x2", " panic+0x1/0x2", " sysrq_handle_crash+0x1/0x2"});
    EXPECT_EQ(event.kind, Kind::sysrq_crash);
    EXPECT_EQ(event.title, "kernel panic: sysrq triggered crash");
    auto old = event_of({"SysRq : Trigger a crash",
                         "BUG: unable to handle kernel NULL pointer dereference at           (null)",
                         "Oops: 0002 [#1] SMP", "CPU: 1 PID: 4711 Comm: bash Not tainted 3.10.0-test #3",
                         "RIP: 0010:[<ffffffff81234567>]  [<ffffffff81234567>] sysrq_handle_crash+0x16/0x20",
                         "Call Trace:", " [<ffffffff81234567>] __handle_sysrq+0x1/0x2"});
    EXPECT_EQ(old.kind, Kind::sysrq_crash);
    EXPECT_EQ(old.title, "BUG: unable to handle kernel NULL pointer dereference in sysrq_handle_crash");
    expect_prose({"then use SysRq : Trigger a crash to get a dump"});
}

TEST(FilesystemError, TellsFileSystemDeviceAndMessage) {
    auto ext4 = event_of(
        {"EXT4-fs error (device sda1): ext4_lookup:1602: inode #2: comm burrow: deleted inode referenced: 12",
         "Aborting journal on device sda1-8.", "EXT4-fs (sda1): Remounting filesystem read-only"});
    EXPECT_EQ(ext4.kind, Kind::filesystem_error);
    EXPECT_EQ(ext4.ip.symbol, "ext4_lookup");
    EXPECT_EQ(ext4.title, "EXT4-fs: deleted inode referenced: NUM in ext4_lookup");
    EXPECT_EQ(ext4.fact("device"), "sda1");
    EXPECT_EQ(ext4.task.comm, "burrow");
    EXPECT_EQ(facts_of(ext4, "consequence").size(), 2U);

    auto xfs =
        event_of({"XFS (dm-3): Internal error XFS_WANT_CORRUPTED_GOTO at line 3305 of file "
                  "fs/xfs/libxfs/xfs_btree.c.  Caller xfs_inobt_insert_rec+0x1f/0x30 [xfs]",
                  "CPU: 1 PID: 4711 Comm: burrow Not tainted 3.10.0-test #3",
                  "Call Trace:", " [<ffffffff81000001>] dump_stack+0x19/0x1f",
                  " [<ffffffffc0000001>] xfs_error_report+0x3f/0x50 [xfs]",
                  " [<ffffffffc0000002>] xfs_btree_insert+0x1e3/0x1f0 [xfs]",
                  "XFS (dm-3): Corruption of in-memory data detected.  Shutting down filesystem"});
    EXPECT_EQ(xfs.ip.symbol, "xfs_btree_insert");
    EXPECT_EQ(xfs.title, "XFS: Internal error XFS_WANT_CORRUPTED_GOTO in xfs_btree_insert");
    EXPECT_EQ(facts_of(xfs, "consequence").size(), 1U);

    auto btrfs =
        event_of({"BTRFS: error (device sdb) in btrfs_commit_transaction:2234: errno=-5 IO failure (Error "
                  "while writing out transaction)",
                  "BTRFS info (device sdb): forced readonly"});
    EXPECT_EQ(btrfs.ip.symbol, "btrfs_commit_transaction");
    EXPECT_EQ(btrfs.fact("filesystem"), "BTRFS");
}

TEST(FilesystemError, IsNoOrdinaryMessage) {
    EXPECT_TRUE(events_of(as_log({"XFS (dm-3): Mounting V5 Filesystem", "XFS (dm-3): Ending clean mount",
                                  "EXT4-fs (sda1): mounted filesystem with ordered data mode",
                                  "BTRFS info (device sdb): using crc32c",
                                  "XFS (dm-3): User initiated shutdown received. Shutting down filesystem"}))
                    .empty());
}

TEST(KernelBug, HasAsManyWordingsAsArchitectures) {
    for (std::string_view line :
         {"Kernel bug detected[#1]:", "BUG: failure at mm/wombat.c:305/wombat_free()!"}) {
        auto event = event_of({line, "CPU: 0 PID: 1 Comm: wombatd Not tainted 5.11.0 #2", "Call Trace:",
                               "[<80271114>] wombat_free+0x78/0x1c0", "[<80271200>] wombat_exit+0x10/0x40"});
        EXPECT_EQ(event.kind, Kind::kernel_bug) << line;
    }
}

TEST(KernelBug, ThePanicOfItIsNoOtherEvent) {
    auto event = event_of({"BUG: failure at mm/wombat.c:305/wombat_free()!",
                           "Call trace:", "[<80271114>] wombat_free+0x78/0x1c0",
                           "[<80271200>] wombat_exit+0x10/0x40", "Kernel panic - not syncing: BUG!"});
    EXPECT_EQ(event.severity, Severity::fatal);
}

TEST(Warning, OfADecodedLogIsOne) {
    auto event = event_of(
        {"------------[ cut here ]------------",
         "WARNING: CPU: 1 PID: 5005 at fs/wombat/buf.c:535 buf_map_verify fs/wombat/buf.c:532 [inline]",
         "WARNING: CPU: 1 PID: 5005 at fs/wombat/buf.c:535 buf_get_map+0x1db3/0x2fd0 fs/wombat/buf.c:688",
         "CPU: 1 PID: 5005 Comm: wombatd Not tainted 6.4.0 #0",
         "RIP: 0010:buf_map_verify fs/wombat/buf.c:535 [inline]",
         "RIP: 0010:buf_get_map+0x1db3/0x2fd0 fs/wombat/buf.c:688", "Call Trace:", " <TASK>",
         " wombat_read+0x12/0x40 fs/wombat/read.c:12"});
    EXPECT_EQ(event.ip.symbol, "buf_get_map");
    EXPECT_EQ(event.title, "WARNING in buf_get_map");
}

TEST(MachineCheck, OfMipsEndsInItsPanic) {
    auto event = event_of(
        {"Got mcheck at 800104ec", "CPU: 0 PID: 245 Comm: init Tainted: G           O       6.6.35 #0",
         "$ 0   : 00000000 00000001 fffd5000 00000001", "epc   : 800104ec wombat_map+0xdc/0x108",
         "ra    : 80017678 wombat_flush+0x24c/0x29c",
         "Kernel panic - not syncing: Caught Machine Check exception - caused by multiple matching "
         "entries in the TLB."});
    EXPECT_EQ(event.kind, Kind::machine_check);
    EXPECT_EQ(event.ip.symbol, "wombat_map");
    EXPECT_EQ(event.severity, Severity::fatal);
}

TEST(MachineCheck, AnNmiThatNobodyKnowsIsNone) {
    auto event = event_of({"Uhhuh. NMI received for unknown reason 21 on CPU 0.",
                           "Kernel panic - not syncing: NMI: Not continuing",
                           "CPU: 0 PID: 1 Comm: wombatd Not tainted 6.1.0 #1"});
    EXPECT_EQ(event.kind, Kind::nmi);
    EXPECT_EQ(event.severity, Severity::fatal);
    EXPECT_EQ(event.title, "kernel panic: NMI: Not continuing");
}

TEST(Headless, CallsATraceATrace) {
    auto events = events_of(
        "CPU: 0 PID: 367 Comm: wombatd Tainted: G O 5.10.0 #312\nCall trace:\n"
        " dump_backtrace+0x0/0x1b0\n show_stack+0x18/0x70\n wombat_map+0x234/0x360\n "
        "wombat_fill+0x12/0x40\n");
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].title, "call trace in wombat_map");
    EXPECT_EQ(events[0].kernel.arch, "arm64");
}

TEST(Headless, ALonePlaceIsNoReport) {
    EXPECT_TRUE(
        events_of("Is it not this one?\n\n[    8.768727] NIP [c0000000003d55f4] wombat_alloc+0x1f4/0x760\n\n"
                  "The address was marked as unreliable.\n")
            .empty());
}

TEST(FilesystemError, NeedsNoDevice) {
    auto event = event_of(
        {"XFS: Internal error i != 1 at line 3526 of file fs/xfs/wombat.c.  Caller wombat_insert+0x1ec/0x280",
         "Call Trace:", " xfs_corruption_error+0x94/0xa0", " wombat_insert+0x221/0x280"});
    EXPECT_EQ(event.kind, Kind::filesystem_error);
}

TEST(FilesystemError, BetweenTheLinesOfAnOopsEndsItNot) {
    auto events = events_of(as_log(
        {"Unable to handle kernel NULL pointer dereference at virtual address 00000000000000f8",
         "Mem abort info:", "XFS (dm-0): log I/O error -5", "Internal error: Oops: 96000006 [#1] PREEMPT SMP",
         "CPU: 1 PID: 122166 Comm: wombatd Not tainted 6.0.0 #1", "pc : wombat_set+0x18/0x40",
         "Call trace:", " wombat_set+0x18/0x40", " wombat_end+0x68/0x2f8"}));
    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(events[0].kind, Kind::filesystem_error);
    EXPECT_EQ(events[1].kind, Kind::null_pointer_dereference);
    EXPECT_EQ(events[1].ip.symbol, "wombat_set");
}

TEST(KernelBug, IsNotTheFilesystemErrorBeforeIt) {
    auto events = events_of(as_log(
        {"XFS (vdc): Corruption of in-memory data (0x8) detected at wombat_cancel+0x10/0x20",
         "kernel BUG at fs/xfs/xfs_message.c:102!", "Oops: invalid opcode: 0000 [#1] SMP NOPTI",
         "RIP: 0010:assfail+0x3c/0x40", "Call Trace:", " wombat_check+0x18/0x40", " wombat_end+0x68/0x2f8"}));
    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(events[1].kind, Kind::kernel_bug);
}

TEST(Oops, OfArmSaysSo) {
    auto event = event_of({"Unable to handle kernel NULL pointer dereference at virtual address 0000000c",
                           "Internal error: Oops: 17 [#2] ARM", "PC is at wombat_print+0x18/0x64"});
    EXPECT_EQ(event.kernel.arch, "arm");
}

TEST(ExternalAbort, AndTheOopsThatRepeatsItAreOne) {
    auto event = event_of(
        {"Bad mode in Synchronous Abort handler detected, code 0x86000005 -- IABT (current EL)",
         "CPU: 2 PID: 0 Comm: swapper/2 Not tainted 4.4.0 #5", "PC is at wombat_clock+0x40/0xd8",
         "x29: ffffffc0304ef9b0 x28: 0000000000000002", "Internal error: Oops - bad mode: 0 [#1] SMP",
         "CPU: 2 PID: 0 Comm: swapper/2 Not tainted 4.4.0 #5", "PC is at wombat_clock+0x40/0xd8",
         "x29: ffffffc0304ef9b0 x28: 0000000000000002",
         "Call trace:", "[<ffffffc000158788>] wombat_idle+0x50/0xd8"});
    EXPECT_EQ(event.fact("oops"), "bad mode");
}

}  // namespace
}  // namespace inquest
