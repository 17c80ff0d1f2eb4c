#!/usr/bin/env python3
"""Whole-command benchmarks of `inquest report`, each beside a limit measured in the same run.

usage: run.py INQUEST WORKDIR [--runs N] [--small]

The logs are made here, from a fixed seed, and kept in WORKDIR (1.5 GB; --small: a tenth of it). Figures are medians.
"""
import argparse
import os
import pathlib
import random
import statistics
import subprocess
import time

ORDINARY = [
    "usb 1-{n}: new high-speed USB device number {n} using xhci_hcd",
    "EXT4-fs (sda{n}): mounted filesystem with ordered data mode. Quota mode: none.",
    "audit: type=1400 audit(1700000{m}.{m}:{n}): apparmor=\"STATUS\" operation=\"profile_load\" profile=\"unconfined\" name=\"snap.{n}\" pid={m}",
    "IPv6: ADDRCONF(NETDEV_CHANGE): veth{x}: link becomes ready",
    "docker0: port {n}(veth{x}) entered forwarding state",
    "nvme nvme0: {n}/0/0 default/read/poll queues",
    "device veth{x} entered promiscuous mode",
    "[drm] Initialized driver {n}.{n}.0 20200{n} for 0000:00:0{n}.0 on minor {n}",
    "systemd[1]: Started session-{m}.scope - Session {m} of user root.",
    "nf_conntrack: default automatic helper assignment has been turned off for table {n}",
    "perf: interrupt took too long ({m} > 2500), lowering kernel.perf_event_max_sample_rate to {m}",
]
CALLERS = ["vfs_read", "ksys_read", "do_syscall_64", "entry_SYSCALL_64_after_hwframe"]


def ordinary(rng, clock):
    text = rng.choice(ORDINARY).format(n=rng.randrange(10), m=rng.randrange(1000, 9999), x=f"{rng.getrandbits(28):07x}")
    return f"[{clock:12.6f}] {text}\n"


def oops(rng, clock, number):
    """An x86 oops as 6.1 prints it; `number` tells its function and so its signature."""
    function, caller = f"frobnicate_{number:x}", f"widget_ioctl_{number % 97:x}"
    address = rng.getrandbits(40) << 12
    pointer = f"ffff{rng.getrandbits(48):012x}"
    lines = [
        f"BUG: kernel NULL pointer dereference, address: {number % 4096:016x}",
        "#PF: supervisor read access in kernel mode", "#PF: error_code(0x0000) - not-present page", "PGD 0 P4D 0 ",
        "Oops: 0000 [#1] PREEMPT SMP NOPTI",
        f"CPU: {number % 64} PID: {1000 + number} Comm: worker{number % 10} Not tainted 6.1.0-50-amd64 #1  Debian 6.1.176-1",
        "Hardware name: QEMU Standard PC (i440FX + PIIX, 1996), BIOS 1.16.2 04/01/2014",
        f"RIP: 0010:{function}+0x{8 + number % 80:x}/0x90 [widget]",
        "Code: 83 84 c6 80 00 00 00 01 e8 f6 fe ff ff 5d c3 cc cc cc cc 0f 1f 44 00 00 55 48 89 e5 53 48 8b 57 58 48 8b 47 38 48 89 fb 83 e2 02 "
        "<48> 8b 80 d0 00 00 00 74 4c 48 83 78 10 00 74 50 48 ba 00 00 00",
        f"RSP: 0018:{pointer} EFLAGS: 00010246",
        f"RAX: {number % 4096:016x} RBX: {pointer} RCX: 0000000000000000", f"RDX: 0000000000000000 RSI: {pointer} RDI: {pointer}",
        f"RBP: {pointer} R08: 0000000000000001 R09: 0000000000000000", f"R10: {address:016x} R11: 0000000000000246 R12: {pointer}",
        f"R13: {pointer} R14: 0000000000000000 R15: {pointer}",
        f"FS:  00007f51b8d24740(0000) GS:{pointer}(0000) knlGS:0000000000000000", "CS:  0010 DS: 0000 ES: 0000 CR0: 0000000080050033",
        f"CR2: {number % 4096:016x} CR3: 000000010b5a4000 CR4: 00000000003506e0", "Call Trace:", " <TASK>",
        f" {caller}+0x55/0x1a0 [widget]", f" ? __schedule+0x3f{number % 10}/0x940", f" widget_top_{number % 31:x}+0x1b/0x40 [widget]",
        *[f" {name}+0x{rng.randrange(256):x}/0x{rng.randrange(256, 512):x}" for name in CALLERS],
        "RIP: 0033:0x7f51b8e1f95d", " </TASK>", "Modules linked in: widget(OE) xt_conntrack nf_nat overlay virtio_net virtio_blk",
        f"CR2: {number % 4096:016x}", f"---[ end trace {number:016x} ]---",
    ]
    return "".join(f"[{clock + i * 1e-6:12.6f}] {line}\n" for i, line in enumerate(lines))


def make(path, size, crashes):
    """A log of that many bytes with that many crashes spread over it evenly; of 500 signatures, as a fleet's are."""
    if path.exists():
        return
    rng, clock = random.Random(7), 1.0
    block = "".join(ordinary(rng, i / 1000) for i in range(20000))
    with open(path.with_suffix(".part"), "w") as log:
        for number in range(crashes):
            log.write(oops(rng, clock, number % 500))
            gap, clock = max(size - log.tell(), 0) // (crashes - number), clock + 10
            start = rng.randrange(10000)
            log.write(block[block.find("\n", start) + 1:][:gap].rpartition("\n")[0] + "\n" if gap > 300 else "")
            while gap > len(block):
                gap -= len(block)
                log.write(block)
        while log.tell() < size:
            log.write(block)
    path.with_suffix(".part").rename(path)


def timed(command, runs):
    """Median wall seconds, and the peak of anonymous and mapped memory in MB as the kernel counts it."""
    seconds, memory = [], 0
    for _ in range(runs + 1):
        started = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, _, usage = os.wait4(process.pid, 0)
        seconds.append(time.perf_counter() - started)
        memory = max(memory, usage.ru_maxrss / 1024)
    return statistics.median(seconds[1:]), memory


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("inquest")
    parser.add_argument("workdir", type=pathlib.Path)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--small", action="store_true")
    options = parser.parse_args()
    scale = 10 if options.small else 1
    options.workdir.mkdir(parents=True, exist_ok=True)
    logs = {name: options.workdir / f"{name}-{scale}.log" for name in ("ordinary", "crashes", "reports", "one")}
    make(logs["ordinary"], (1 << 30) // scale, 0)
    make(logs["crashes"], 200_000_000 // scale, 1000 // scale)
    make(logs["reports"], 0, 20_000 // scale)
    make(logs["one"], 0, 1)
    report = [options.inquest, "report", "--format", "json"]
    one_core = ["taskset", "-c", "0"]
    rows = []
    for name, log in logs.items():
        size = log.stat().st_size
        seconds, memory = timed([*one_core, *report, log], options.runs if name != "one" else 20)
        limit, _ = timed([*one_core, "wc", "-l", log], options.runs)
        figure = {"ordinary": f"{size / seconds / 1e9:.2f} GB/s", "crashes": f"{size / seconds / 1e6:.0f} MB/s, {1000 // scale / seconds:.0f} reports/s",
                  "reports": f"{20_000 // scale / seconds:.0f} reports/s", "one": f"{seconds * 1e3:.1f} ms"}[name]
        aim = {"ordinary": "1 GB/s", "crashes": "ABRT 140 MB/s", "reports": "20000 reports/s", "one": "30 ms"}[name]
        rows.append((name, f"{size / 1e6:.1f} MB", f"{seconds:.3f} s", figure, aim, f"{limit:.3f} s", f"{memory:.0f} MB"))
    head = ("log", "size", "median", "figure", "aim", "wc -l", "peak RSS")
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]
    for row in [head, tuple("-" * width for width in widths), *rows]:
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |")


if __name__ == "__main__":
    main()
