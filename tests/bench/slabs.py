#!/usr/bin/env python3
"""Every slab object of a dump, by inquest, drgn and crash in one run: how fast, and whether they agree.

usage: slabs.py BENCH_SLABS DUMP --vmlinux FILE [--cache NAME] [--crash NAME=COMMAND]... [--drgn NAME=COMMAND]...

BENCH_SLABS is that target's program (-DINQUEST_BENCH=ON). The objects of the cache that inquest calls allocated must be
those that drgn's slab_cache_for_each_allocated_object gives; what crash's `kmem -s` says is printed. Then every cache is counted, which drgn does one cache after the other.
"""
import argparse
import pathlib
import re
import subprocess
import sys

from tools import Crash, Run, add_peer_options, peers

ASK_DRGN = pathlib.Path(__file__).resolve().parent / "ask_drgn_slabs.py"


def allocated_by_crash(tool, dump, vmlinux, cache):
    run = Run([*tool.command, "-s", "--no_scroll", str(vmlinux), str(dump)], f"kmem -s {cache}\nexit\n".encode())
    row = re.search(rf"^[0-9a-f]{{16}} +\d+ +(\d+) +\d+ +\d+ +\S+ +{re.escape(cache)}$", run.output.decode(errors="replace"), re.M)
    return int(row[1]) if row else None, run


def by_drgn(tool, dump, vmlinux, *words):
    return Run([*tool.command, "-c", str(dump), "-s", str(vmlinux), "--no-default-symbols", str(ASK_DRGN), *words])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bench")
    parser.add_argument("dump", type=pathlib.Path)
    parser.add_argument("--vmlinux", type=pathlib.Path, required=True)
    parser.add_argument("--cache", default="dentry")
    add_peer_options(parser)
    options = parser.parse_args()
    own = Run([options.bench, str(options.dump)])
    print(f"inquest: {own.output.decode().strip()} (whole command {own.seconds:.2f} s)")
    listed = subprocess.run([options.bench, options.dump, options.cache], check=True, capture_output=True, text=True).stdout.split()
    free = {int(line[1:], 16) for line in listed if line.startswith("-")}
    used = {int(line[1:], 16) for line in listed if line.startswith("+")}
    print(f"inquest: {options.cache}: {len(used)} allocated, {len(free)} free")
    wrong = False
    for tool in peers(options):
        if isinstance(tool, Crash):
            count, run = allocated_by_crash(tool, options.dump, options.vmlinux, options.cache)
            print(f"{tool.name}: kmem -s {options.cache}: {count} allocated, {run.seconds:.2f} s")
            continue
        run = by_drgn(tool, options.dump, options.vmlinux, options.cache)
        theirs = {int(line, 16) for line in run.output.decode().split()}
        print(f"{tool.name}: {options.cache}: {len(theirs)} allocated, {len(theirs ^ used)} differ, {run.seconds:.2f} s "
              f"{run.errors.decode()[-200:].strip()}")
        wrong = wrong or theirs != used
        counted = by_drgn(tool, options.dump, options.vmlinux)
        print(f"{tool.name}: {counted.output.decode().strip()} ({counted.seconds:.2f} s) {counted.errors.decode()[-200:].strip()}")
    return wrong


if __name__ == "__main__":
    sys.exit(main())
