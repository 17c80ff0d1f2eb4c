"""The bugs of modules/{loom,kiln,mill}.c and what is true of each, as in planted.py.

They were written, and these truths from the modules' source, before any report of them was seen and without a look at how
inquest judges: they measure how well it does on what it was not made with.
"""
from planted import HUNG, OOM, PLANTED, SPIN, WARN, X86, Bug

STALL = "panic_on_rcu_stall=1"
SINCE_6_1 = ("bookworm", "trixie", "forky", "bookworm-arm64")

TURNS = ("turns", 0x08)
GUARD = (("guard", 0x1c), ("rlock", 0x00), ("raw_lock", 0x00), ("val", 0x00))

MORE = {
    # loom: pointers
    "null-xarray": Bug("loom:a", ("null-argument",), ("spool",), (TURNS,), ("loom_order", "loom_feed")),
    "null-strcmp": Bug("loom:b", ("null-argument",), ("spool",), (("dye", 0x10),), ("loom_match", "loom_sort")),
    "null-deep": Bug("loom:c", ("null-argument",), ("heddle", "frame"), (("frame", 0x10), ("height", 0x08)), ("loom_height", "loom_strip")),
    "null-memcpy": Bug("loom:d", ("null-argument",), guilty=("loom_copy",)),
    "first-of-none": Bug("loom:e", ("wild-pointer",), ("weft", "loom", "spool"), (("spool", 0x08), ("opened", 0x38), TURNS),
                         ("loom_serve", "loom_advance")),
    "one-too-far": Bug("loom:f", ("wild-pointer",), ("loom", "heddle"), (("heddles", 0x08), ("picks", 0x28), ("lift", 0x08), ("used", 0x30)),
                       ("loom_raise", "loom_thread")),
    "wrong-private": Bug("loom:g", ("wild-pointer",), ("spool", "ribbon", "axle"), (("axle", 0x18), ("title", 0x00), ("pitch", 0x08)),
                         ("loom_show", "loom_each", "loom_oil")),
    "error-stored": Bug("loom:h", ("error-pointer",), ("loom", "tape"), (("tape", 0x58), ("length", 0x08)), ("loom_mount", "loom_play")),
    # -16 + 0x38: what is read lies at 0x28.
    "error-mutex": Bug("loom:i", ("error-pointer",), ("tape", "mutex"), (("lock", 0x38), ("owner", 0x00)), ("loom_rewind",)),
    "error-kfree": Bug("loom:j", ("error-pointer",), guilty=("loom_close", "loom_discard")),
    "data-as-code": Bug("loom:k", ("wild-pointer",), ("pattern",), (("draw", 0x10),), ("loom_choose", "loom_draw")),
    "cut-pointer": Bug("loom:l", ("wild-pointer",), ("ticket", "spool"), (("handle", 0x08), TURNS), ("loom_deposit", "loom_claim")),
    "flip-function": Bug("loom:m:44", ("bit-flip",), ("pattern",), (("draw", 0x10),), ("loom_draw", "loom_bend")),
    "flip-list": Bug("loom:n:33", ("bit-flip",), ("spool", "list_head"), (("link.next", 0x20), ("next", 0x00), ("link", 0x20), TURNS),
                     ("loom_turns", "loom_jolt")),
    "stack-garbage": Bug("loom:o", ("wild-pointer",), ("splice", "spool"), (("spool", 0x08), TURNS), ("loom_splice", "loom_join")),
    "list-unset": Bug("loom:p", ("list-corruption", "null-argument"), ("list_head", "loom"),
                      (("orders", 0x60), ("prev", 0x08), ("next", 0x00), ("orders.prev", 0x68)), ("loom_enqueue", "loom_accept", "loom_new")),
    "unset-next": Bug("loom:q", ("unset-function-pointer",), ("seq_operations",), (("next", 0x10),)),
    "index-minus-one": Bug("loom:r", ("wild-pointer",), ("loom", "pick"), (("heddles", 0x08), ("slot", 0x08)),
                           ("loom_select", "loom_lift", "loom_slot")),
    "null-far": Bug("loom:s", ("null-argument",), ("ledger",), (("closed", 0x15e8),), ("loom_book",)),
    # kiln: what objects live through
    "freed-under-reader": Bug("kiln:a", ("use-after-free", "wild-pointer"), ("brick", "glaze"), (("glaze", 0x10), ("degrees", 0x08)),
                              ("kiln_replace", "kiln_look", "kiln_heat")),
    # Nothing of ours is on the stack then, and no memory names who freed it.
    "freed-timer": Bug("kiln:b", ("use-after-free", "wild-pointer"), ("timer_list", "bell", "hlist_node"),
                       (("entry", 0x00), ("timer", 0x18), ("next", 0x00), ("pprev", 0x08), ("entry.pprev", 0x20))),
    "double-free-apart": Bug("kiln:c", ("double-free", "use-after-free", "wild-pointer"), ("tile", "glaze"), (("glaze", 0x00), ("degrees", 0x08)),
                             ("kiln_shatter", "kiln_sort", "kiln_stamp", "kiln_turn")),
    "inode-put-twice": Bug("kiln:d", ("use-after-free", "refcount-underflow", "assertion"), ("inode",), (("i_state", None), ("i_count", None)),
                           ("kiln_settle", "kiln_forget")),
    "vfree-of-slab": Bug("kiln:e", ("assertion",), guilty=("kiln_sweep", "kiln_plan"), sysctl=WARN),
    # 5.10 only prints it.
    "cache-not-empty": Bug("kiln:f", ("memory-leak", "assertion"), ("kmem_cache", "tile"), (), ("kiln_shut", "kiln_empty"), sysctl=WARN,
                           suites=SINCE_6_1),
    "overflow": Bug("kiln:g", ("wild-pointer",), ("tile", "glaze"), (("glaze", 0x00), ("degrees", 0x08), ("mark", 0x18)),
                    ("kiln_name", "kiln_stamp", "kiln_turn", "kiln_fire")),
    "memset-too-far": Bug("kiln:h", ("list-corruption", "null-argument"), ("list_head", "batch"),
                          (("link.next", 0x18), ("next", 0x00), ("link", 0x18), ("id", 0x00)), ("kiln_reset", "kiln_weigh")),
    # The closed list has no cause of its own for a buffer on the stack that is overrun.
    "stack-smashed": Bug("kiln:i", ("stack-overflow", "assertion"), guilty=("kiln_carve", "kiln_sign")),
    "stack-frames": Bug("kiln:j", ("stack-overflow",), guilty=("kiln_inner", "kiln_middle", "kiln_outer")),
    "page-freed-twice": Bug("kiln:k", ("double-free", "use-after-free", "wild-pointer"), ("brick", "glaze"), (("glaze", 0x10), ("degrees", 0x08)),
                            ("kiln_stack", "kiln_return", "kiln_heat")),
    "leak-vmalloc": Bug("kiln:l", ("memory-leak", "memory-exhaustion"), guilty=("kiln_annex", "kiln_extend"), sysctl=OOM),
    # mill: locks, contexts, and what the kernel is handed
    "rwsem-mutex": Bug("mill:a", ("lock-deadlock",), ("rw_semaphore", "mutex", "mill", "sluice"), (("gate", 0x10), ("wheel", 0x48)),
                       ("mill_inspect", "mill_rebuild"), sysctl=HUNG),
    "flush-under-lock": Bug("mill:b", ("lock-deadlock",), ("mutex", "work_struct", "mill", "completion"), (("wheel", 0x48), ("chore", 0x68)),
                            ("mill_drain", "mill_sweep"), sysctl=HUNG),
    "stall-list": Bug("mill:c", ("lockup", "list-corruption"), ("grist", "hlist_node", "hlist_head"),
                      (("link", 0x10), ("next", 0x00), ("weight", 0x08)), ("mill_weigh", "mill_requeue", "mill_market"), sysctl=STALL),
    "timer-spinlock": Bug("mill:d", ("lock-deadlock", "lockup"), ("spinlock", "raw_spinlock", "qspinlock", "mill"), GUARD,
                          ("mill_grind", "mill_tick"), sysctl=SPIN),
    "work-keeps-lock": Bug("mill:e", ("lock-misuse",), guilty=("mill_sift",), sysctl=WARN, suites=SINCE_6_1),  # 5.10 counts no spinlocks
    "bit-lock": Bug("mill:f", ("lock-misuse", "lock-deadlock", "lockup"), ("mill",), (("flags", 0x10),), ("mill_claim", "mill_sell"), sysctl=HUNG),
    "lost-wakeup": Bug("mill:g", ("lockup", "lock-deadlock"), ("wait_queue_head", "mill"), (("yard", 0x30), ("sacks", 0x18)),
                       ("mill_supply", "mill_await"), sysctl=HUNG),
    "stop-under-semaphore": Bug("mill:h", ("lock-deadlock",), ("semaphore", "completion", "task_struct", "hopper", "kthread"),
                                (("door", 0x10), ("hand", None), ("exited", None)), ("mill_dismiss", "mill_hand"), sysctl=HUNG),
    "reciprocal-zero": Bug("mill:i", ("divide-by-zero",), ("stone",), (("teeth", 0x08),), ("mill_gauge", "mill_dress"), suites=X86),
    "module-put": Bug("mill:j", ("refcount-underflow", "assertion"), ("module",), (("refcnt", None),), ("mill_depart", "mill_lodge"), sysctl=WARN),
    "kobject-unset": Bug("mill:k", ("assertion",), ("kobject", "hopper"), (("state_initialized", None), ("kobj", None)),
                         ("mill_unload", "mill_store"), sysctl=WARN),
    # Elsewhere the number of a variable for each CPU is the address of something else in the kernel.
    "percpu-raw": Bug("mill:l", ("wild-pointer",), ("mill", "tally"), (("tallies", 0x20), ("grains", 0x08)), ("mill_count", "mill_record"),
                      suites=("bullseye", "bookworm", "trixie")),
    "null-task": Bug("mill:m", ("null-argument",), ("task_struct", "mill", "raw_spinlock", "spinlock"), (("miller", 0x28), ("pi_lock", None)),
                     ("mill_rouse", "mill_bell")),
    "cycle": Bug("mill:n", ("stack-overflow",), guilty=("mill_pass", "mill_chain")),
}
ALL = PLANTED | MORE
