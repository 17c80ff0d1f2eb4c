#include "crashlog/plumbing.h"

namespace inquest {
namespace {

// Grouped by what they do for others. A frame of theirs shows how a bug was noticed, not whose it is.
constexpr std::string_view kPlumbing[] = {
    // Reporting: what the kernel runs once it knows that something is wrong.
    "panic", "dump_stack", "show_stack", "dump_backtrace", "walk_stack", "^arch_stack_walk",
    "^stack_trace_save", "^stack_trace_consume_entry", "^__warn", "warn_slowpath", "^warn_alloc",
    "^warn_bogus", "report_bug", "fixup_bug", "^print_report", "print_address_description", "print_usage_bug",
    "print_unlock", "imbalance_bug", "^print_tainted", "^get_taint$", "^assertfail$", "^assfail",
    "^oops_end$", "^oops_enter$", "^oops_exit$", "^die$", "^__die", "^no_context$", "^die_kernel_fault$",
    "^bug_handler$", "^crash_kexec$", "^__crash_kexec$", "^rust_begin_unwind",
    // Traps, and the way from the trap to the report.
    "_trap$", "do_trap", "do_error", "invalid_op", "^exc_", "^asm_exc_", "^do_kernel_fault$",
    "^__do_kernel_fault$", "^do_translation_fault$", "^do_mem_abort$", "^do_bad_area$", "^el1_abort$",
    "^el1h_64_sync", "^ret_from_fork", "^ret_from_kernel_thread", "program_check_exception",
    "program_check_common", "^page_fault$", "^async_page_fault$", "^do_page_fault$", "^__do_page_fault$",
    "^page_fault_oops$", "^do_general_protection$", "^general_protection$", "^error_entry$", "^error_exit$",
    // Sanitizers and object debugging.
    "__sanitizer", "__asan", "kasan", "hwasan", "__msan", "kmsan", "^__tsan", "kcsan_setup_watchpoint",
    "check_memory_region", "check_heap_object", "check_object", "__might_fault", "might_fault", "might_sleep",
    "__might_resched", "read_word_at_a_time", "_nocheck$", "debug_object", "timer_is_static_object",
    "work_is_static_object", "ref_tracker", "fortify_report", "fortify_panic", "__phys_addr",
    // Memory: allocators blame nobody, the caller chose what to allocate or free.
    "alloc_page", "malloc", "zalloc", "calloc", "krealloc", "kmem_cache", "allocate_slab", "slab_",
    "^__alloc_frozen_pages", "^kfree$", "^kvfree$", "kfree_skb", "folio_alloc", "folio_unlock", "memdup",
    // Page cache look-ups
    "filemap_alloc_folio", "^__filemap_get_folio", "find_or_create_page", "do_read_cache_folio",
    "^read_cache_page", "pagecache_get_page", "grab_cache_page_write_begin", "^lock_page", "^unlock_page",
    "find_lock_entries", "truncate_inode_pages_range", "mark_buffer_dirty", "extract_user_to_sg",
    "extract_iter_to_sg",
    // Locks and their checkers.
    "lockdep", "^lock_acquire", "^lock_release", "lock_acquire", "lock_release", "lock_class", "mark_lock",
    "reacquire_held_locks", "mark_held_locks", "raw_spin_rq", "spin_lock", "spin_trylock", "spin_unlock",
    "read_lock", "read_trylock", "read_unlock", "write_lock", "write_trylock", "write_unlock", "^down$",
    "down_read", "down_write", "down_trylock", "up_read", "up_write", "^mutex_", "^__mutex_", "^rt_mutex_",
    "owner_on_cpu", "osq_lock", "osq_unlock", "seqprop_assert", "trace_hardirq", "trace_softirq", "bh_enable",
    "bh_disable", "cleanup_srcu_struct", "perf_trace",
    // Atomics, counters, bits.
    "^atomic_", "^atomic64_", "^arch_atomic", "^raw_atomic", "^instrument_atomic", "^atomic_long_",
    "_atomic_dec_and_lock", "set_bit", "clear_bit", "change_bit", "test_bit", "^refcount_", "^__refcount_",
    "^kref_",
    // Waiting and waking.
    "__wake_up", "^complete$", "wait_for_completion", "finish_wait", "kthread_stop",
    // Work queues and timers: the item is to blame.
    "flush_work", "__cancel_work_timer", "cancel_work_sync", "try_to_grab_pending", "drain_workqueue",
    "destroy_workqueue", "queue_work", "^insert_work$", "queue_delayed_work", "del_timer", "lock_timer_base",
    "__timer_delete_sync", "sk_stop_timer_sync", "__mod_timer",
    // Memory and strings.
    "memcpy", "memcmp", "memset", "memchr", "memmove", "strcmp", "strncmp", "strcpy", "strlcpy", "strncpy",
    "strscpy", "strlen", "strstr", "strnstr", "strnlen", "strchr", "strdup", "strndup", "string", "pointer",
    "snprintf", "scnprintf", "kasprintf", "kvasprintf", "printk", "va_format", "hex_dump_to_buffer",
    "print_hex_dump", "dev_info", "dev_notice", "dev_warn", "dev_err", "dev_alert", "dev_crit", "dev_emerg",
    // Copies from and to user space.
    "copy_to_user", "copy_from_user", "copy_to_iter", "copy_from_iter", "copy_page_to_iter",
    "copy_page_from_iter", "copy_folio_to_iter", "^copyin$", "^copyout$", "put_user", "get_user",
    // Containers.
    "list_add", "list_del", "list_replace", "list_move", "list_splice", "^rb_", "^__rb_", "^klist_",
    "xas_start", "xas_load", "xas_find", "rhashtable_lookup", "ida_free",
    // Calls through thunks, port and memory accessors, checksums.
    "_indirect_thunk_", "readb$", "readw$", "readl$", "readq$", "writeb$", "writew$", "writel$", "writeq$",
    "logic_in", "logic_out", "^crc8", "^crc16", "^crc32", "^crc64", "crc_itu_t",
    // The driver core, which removes what a driver gave it.
    "kobject_", "add_uevent_var", "get_device_parent", "device_add", "device_del", "device_unregister",
    "device_destroy", "device_release", "devres_release_all", "hwrng_unregister", "i2c_del_adapter",
    "__unregister_client", "device_for_each_child", "rollback_registered", "unregister_netdev",
    "sysfs_remove", "device_remove_file", "tty_unregister_device", "^put_device$", "dummy_urb_enqueue",
    "usb_kill_urb", "usb_kill_anchored_urbs", "usb_control_msg", "usb_hcd_submit_urb", "usb_submit_urb",
    // Inodes and dentries: who drops the last reference is rarely who broke the count.
    "^iput$", "^iput_final$", "^ihold$", "drop_nlink", "dput"};

}  // namespace

NamePatterns plumbing() { return kPlumbing; }

}  // namespace inquest
