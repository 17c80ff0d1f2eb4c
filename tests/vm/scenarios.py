"""What is planted in the guests, and so what a report must say. The kernel's own lines are the other oracle: run.py
checks that function, offset and address of every event stand in the console as printed.

Each scenario is one boot. An expectation is (kind, function of the fault, causes that are right, more), `more` naming
further fields of the event. A cause of None means that the log cannot tell it: then nothing else than "unknown" or a
low confidence will do.
"""

# The bugs of modules/shelf.c that the kernel survives with panic_on_oops=0, in the order of `init`.
SURVIVABLE = [
    ("null-pointer-dereference", "shelf_count", {"null-argument"}, {"fault_address": 0x38, "guilty": "shelf_count"}),
    ("null-pointer-dereference", "shelf_visit", {"error-pointer"}, {"fault_address": 0x36}),
    ("bad-instruction-fetch", None, {"unset-function-pointer"}, {"fault_address": 0}),
    ("kernel-bug", "shelf_check", {"assertion"}, {}),
    ("warning", "shelf_doubt", {"assertion"}, {"repeats": 5}),
    ("divide-error", "shelf_share", {"divide-by-zero"}, {}),
    ("general-protection-fault", "shelf_next", {"list-corruption", "use-after-free"}, {}),
    ("list-corruption", "__list_del_entry_valid", {"list-corruption"}, {"guilty": "shelf_take"}),
    ("refcount", "refcount_warn_saturate", {"refcount-underflow"}, {"guilty": "shelf_return"}),
    ("general-protection-fault", "shelf_count", {"wild-pointer"}, {}),
    ("bad-page-fault", "shelf_count", {"wild-pointer", "unknown"}, {"fault_address": 0x7f0012345038}),
    ("scheduling-while-atomic", "__schedule_bug", {"lock-misuse"}, {"guilty": "shelf_rest"}),
    ("bad-instruction-fetch", None, {"stale-module-text"}, {}),
    ("oom-kill", None, {"memory-exhaustion"}, {}),
]

# name -> (suite, events; the last one is primary)
SCENARIOS = {
    "survivable": ("bookworm", SURVIVABLE),
    "sysrq": ("trixie", [("sysrq-crash", None, {"deliberate"}, {})]),
    "oom": ("bookworm", [("oom-panic", None, {"memory-exhaustion", "configuration"}, {})]),
    "spin": ("bookworm", [("soft-lockup", "shelf_spin_forever", {"lockup"}, {"guilty": "shelf_spin_forever"})]),
    "wait": ("bookworm", [("hung-task", None, {"lock-deadlock", "lockup"}, {"guilty": "shelf_wait"})]),
    "stack": ("bookworm", [("stack-overflow", "shelf_stack", {"stack-overflow"}, {})]),
    "no-root": ("bookworm", [("mount-root-failure", None, {"configuration"}, {})]),
}
