"""The bugs of modules/{quay,crate,tiller,skiff}.c and what is true of each: what the module knows, not what a report says.

causes: those of verdict.cause that are right, the exact one first. objects: types of the object that the bug is about.
members: (path, offset) in it. A bad pointer has two ends, and both are right: the object that holds it, and the one that
was taken to lie where it points, as the function that failed sees it. guilty: the functions that passed or left the bad value, the exact one first; where the
value was passed on by others or left in memory before, those that did either. Empty: there is none to name, and it is
not compared. accuse=False: nobody is to be named. Offsets are what modules without type information can be asked for;
the modules assert them.
"""
import dataclasses

SUITES = ("bullseye", "bookworm", "trixie", "forky", "bookworm-arm64")
X86 = SUITES[:4]
# Those whose kernels count spinlocks (CONFIG_PREEMPT_COUNT): the others do not notice who sleeps under one.
COUNTING = ("bookworm", "trixie", "forky")
# Types whose description every dump has.
OF_THE_KERNEL = ("page", "completion", "file", "work_struct", "timer_list", "list_head", "mutex", "spinlock", "inode", "kobject", "module",
                 "rw_semaphore", "semaphore", "seq_operations", "task_struct", "wait_queue_head")
WARN = "panic_on_warn=1"
# With a threshold of 2 s a soft lockup is reported after 4.
SPIN = "watchdog_thresh=2,softlockup_panic=1"
HUNG = "hung_task_timeout_secs=3,hung_task_panic=1"
# The folder is /proc/sys/kernel.
OOM = "../vm/panic_on_oom=1"


@dataclasses.dataclass(frozen=True)
class Bug:
    order: str
    causes: tuple
    objects: tuple = ()
    members: tuple = ()
    guilty: tuple = ()
    sysctl: str = ""
    suites: tuple = SUITES
    accuse: bool = True


TOLLS = ("tolls", 0x40)
PILOT = ("pilot", 0x20)
HOURS = ("hours", 0x08)
CARRIER = ("carrier", 0x20)
MILES = ("miles", 0x08)

PLANTED = {
    # quay: pointers
    "null-lookup": Bug("quay:a", ("null-argument",), ("berth",), (TOLLS,), ("quay_bill",)),
    "null-page": Bug("quay:b", ("null-argument",), ("page", "manifest"), (("flags", 0x00), ("_refcount", 0x34), ("pages", 0x18)),
                     ("quay_release_vector",)),
    "null-member": Bug("quay:c", ("null-argument",), ("pilot", "berth"), (HOURS, PILOT), ("quay_shift", "quay_dismiss", "quay_relieve")),
    "null-completion": Bug("quay:d", ("null-argument",), ("completion", "berth", "raw_spinlock", "raw_spinlock_t", "spinlock"),
                           (("wait.lock", 0x08), ("done", 0x48), ("raw_lock", 0x00)),
                           ("quay_announce",)),
    "null-mutex": Bug("quay:e", ("null-argument",), ("pilot", "mutex", "berth"), (("lock", 0x30), ("owner", 0x00), PILOT),
                      ("quay_board", "quay_dismiss")),
    "unset-op": Bug("quay:f", ("unset-function-pointer",), ("pilot_ops",), (("steer", 0x08),), ("quay_turn",)),
    "unset-callback": Bug("quay:g", ("unset-function-pointer",), ("berth",), (("hail", 0x38),), ("quay_signal",)),
    "unset-work": Bug("quay:h", ("unset-function-pointer",), ("work_struct", "errand"), (("func", 0x18),),
                      ("quay_enlist", "process_one_work")),
    "error-berth": Bug("quay:i", ("error-pointer",), ("berth",), (("depth", 0x08),), ("quay_dredge",)),
    "error-file": Bug("quay:j", ("error-pointer",), ("file",), (("f_count", None), ("f_ref", None)), ("quay_log",)),
    "wild-text": Bug("quay:k", ("wild-pointer",), ("berth", "pilot"), (PILOT, HOURS), ("quay_shift", "quay_christen", "quay_rename")),
    "wild-user": Bug("quay:l:0x7f3a12345000", ("wild-pointer",), ("berth",), (TOLLS,), ("quay_tow",)),
    "wild-number": Bug("quay:u", ("wild-pointer",), ("berth", "pilot"), (PILOT, HOURS), ("quay_shift", "quay_guess")),
    # arm64 does not look at the highest byte.
    "flip-62": Bug("quay:m:62", ("bit-flip",), ("berth", "pilot"), (PILOT, HOURS), ("quay_shift", "quay_swing"), suites=X86),
    "flip-43": Bug("quay:m:43", ("bit-flip",), ("berth", "pilot"), (PILOT, HOURS), ("quay_shift", "quay_swing")),
    "divide": Bug("quay:n", ("divide-by-zero",), ("pilot",), (("grade", 0x0c),), ("quay_share", "quay_pay"), suites=X86),
    "bug-on": Bug("quay:o", ("assertion",), ("berth",), (("state", 0x0c),), ("quay_inspect", "quay_visit")),
    "warn-on": Bug("quay:p", ("assertion",), ("berth",), (("depth", 0x08),), ("quay_survey", "quay_sound"), sysctl=WARN),
    "recursion": Bug("quay:q", ("stack-overflow",), guilty=("quay_count",)),
    "recursion-two": Bug("quay:r", ("stack-overflow",), guilty=("quay_east", "quay_west")),
    "null-timer": Bug("quay:t", ("null-argument",), ("pilot", "berth"), (("fees", 0x28), PILOT), ("quay_tick", "quay_bell", "quay_dismiss")),
    "null-end-of-list": Bug("quay:v", ("null-argument",), ("berth",), (TOLLS,), ("quay_compare",)),
    "stale-call": Bug("skiff:call", ("stale-module-text",), guilty=("quay_ferry",)),
    "stale-timer": Bug("skiff:wait", ("stale-module-text",), ("timer_list", "skiff_watch"), (("function", 0x18), ("timer.function", 0x20))),
    # crate: what objects live through
    # forky's sheaves leave a freed object as it was, and take it twice.
    "freed-pointer": Bug("crate:a", ("use-after-free",), ("crate", "carrier"), (CARRIER, MILES), ("crate_return", "crate_ship"),
                         suites=("bullseye", "bookworm", "trixie", "bookworm-arm64")),
    "freed-reused": Bug("crate:b", ("use-after-free", "wild-pointer"), ("crate", "carrier"), (CARRIER, MILES), ("crate_swap", "crate_ship")),
    "freed-page": Bug("crate:c", ("use-after-free", "wild-pointer"), ("crate", "carrier"), (CARRIER, MILES), ("crate_pallet", "crate_ship")),
    "freed-vmalloc": Bug("crate:d", ("use-after-free", "wild-pointer"), ("crate",), (("value", 0x28), ("weight", 0x08)),
                         ("crate_hall", "crate_value")),
    "freed-work": Bug("crate:u", ("use-after-free", "wild-pointer"), ("pallet",), (("notify", 0x50),), ("pallet_tell", "pallet_work")),
    "freed-refcount": Bug("crate:k", ("use-after-free", "refcount-underflow"), ("crate",), (("uses", 0x0c),),
                          ("crate_get", "crate_reuse"), sysctl=WARN),
    "double-kfree": Bug("crate:e", ("double-free",), ("crate",), (), ("crate_drop", "crate_clear"),
                        suites=("bullseye", "bookworm", "trixie", "bookworm-arm64")),
    "double-large": Bug("crate:f", ("double-free", "not-a-slab-page"), (), (), ("crate_tip", "crate_bulk"), sysctl=WARN),
    "kfree-page": Bug("crate:g", ("not-a-slab-page",), (), (), ("crate_tip", "crate_sheet"), sysctl=WARN),
    "kfree-stack": Bug("crate:h", ("not-a-slab-page", "wild-pointer"), (), (), ("crate_tip", "crate_local"), sysctl=WARN),
    "wrong-cache": Bug("crate:i", ("not-a-slab-page", "assertion"), ("crate",), (), ("crate_stow", "crate_mixed"), sysctl=WARN),
    "underflow": Bug("crate:j", ("refcount-underflow",), ("crate", "refcount_t"), (("uses", 0x0c),),
                     ("crate_put", "crate_settle"), sysctl=WARN),
    "underflow-kref": Bug("crate:m", ("refcount-underflow",), ("pallet", "kref"), (("kref", 0x00),), ("pallet_sort",), sysctl=WARN),
    "saturated": Bug("crate:l", ("refcount-leak",), ("crate", "refcount_t"), (("uses", 0x0c),), ("crate_get", "crate_lend"), sysctl=WARN),
    "recycled": Bug("crate:n", ("rcu-recycled-object", "null-argument"), ("pallet", "carrier"), (("carrier", 0x10), ("miles", 0x08)),
                    ("pallet_move", "crate_forward")),
    "list-del-twice": Bug("crate:o", ("list-corruption",), ("list_head", "crate"), (("link", 0x10), ("next", 0x00), ("prev", 0x08)),
                          ("crate_unlink", "crate_unload"), sysctl=WARN),
    "list-add": Bug("crate:p", ("list-corruption",), ("list_head", "crate"), (("link.prev", 0x18), ("prev", 0x08), ("link", 0x10)),
                    ("crate_append", "crate_load"), sysctl=WARN),
    "list-overwritten": Bug("crate:q", ("list-corruption", "wild-pointer"), ("crate", "list_head"), (("link.next", 0x10), ("next", 0x00), ("value", 0x28), ("link", 0x10)),
                            ("crate_sum", "crate_paint", "crate_mark")),
    "list-poison": Bug("crate:r", ("list-corruption", "use-after-free"), ("crate", "list_head"), (("link.next", 0x10), ("next", 0x00), ("link", 0x10)),
                       ("crate_purge", "crate_unlink"), sysctl=WARN),
    "leak-slab": Bug("crate:s", ("memory-leak", "memory-exhaustion"), ("crate",), (), ("crate_pile", "crate_hoard"), sysctl=OOM),
    "leak-pages": Bug("crate:t", ("memory-leak", "memory-exhaustion"), (), (), ("crate_floor", "crate_spread"), sysctl=OOM),
    # tiller: locks and contexts
    "abba": Bug("tiller:a", ("lock-deadlock",), ("mutex", "helm"), (("wheel", 0x18),), ("tiller_follow", "tiller_steer"), sysctl=HUNG),
    "self-deadlock": Bug("tiller:b", ("lock-deadlock",), ("mutex", "helm"), (("wheel", 0x18),), ("tiller_update", "tiller_steer"), sysctl=HUNG),
    "sleep-under-lock": Bug("tiller:c", ("lock-misuse",), (), (), ("tiller_pause", "tiller_rest"), sysctl=WARN,
                            suites=COUNTING),
    "sleep-in-timer": Bug("tiller:d", ("lock-misuse",), (), (), ("tiller_pause", "tiller_bell"), sysctl=WARN),
    "spinlock-twice": Bug("tiller:e", ("lock-deadlock", "lockup"), ("spinlock", "raw_spinlock", "qspinlock", "helm"), (("guard", 0x10), ("val", 0x00), ("raw_lock", 0x00)),
                          ("tiller_hold", "tiller_trim"), sysctl=SPIN),
    "spin": Bug("tiller:f", ("lockup",), ("helm",), (("course", 0x08),), ("tiller_drift", "tiller_adrift"), sysctl=SPIN),
    "spinlock-abba": Bug("tiller:g", ("lock-deadlock", "lockup"), ("spinlock", "raw_spinlock", "qspinlock", "helm"), (("guard", 0x10), ("val", 0x00), ("raw_lock", 0x00)),
                         ("tiller_cross", "tiller_trim"), sysctl=SPIN),
    "spin-irqs-off": Bug("tiller:h", ("lockup",), ("helm",), (("course", 0x08),), ("tiller_drift", "tiller_becalm"),
                         sysctl="panic_on_rcu_stall=1"),
    "never-completed": Bug("tiller:i", ("lockup", "lock-deadlock"), ("completion", "helm"), (("berthed", None), ("wait", None)), ("tiller_await",), sysctl=HUNG),
    "null-irq": Bug("tiller:j", ("null-argument",), ("helm",), (("course", 0x08), ("mate", None)), ("tiller_nod", "tiller_nudge")),
    "freed-mutex": Bug("tiller:k", ("use-after-free", "wild-pointer"), ("helm", "mutex", "task_struct"), (("wheel", 0x18), ("owner", 0x00)),
                       ("tiller_steer", "tiller_change")),
    "lock-not-released": Bug("tiller:l", ("lock-misuse",), (), (), (), sysctl=WARN, suites=COUNTING),
    # what is nobody's fault
    "memory-full": Bug("fill:up", ("memory-exhaustion", "configuration"), sysctl=OOM, accuse=False),
    "healthy": Bug("sysrq:c", ("deliberate",), accuse=False),
}
