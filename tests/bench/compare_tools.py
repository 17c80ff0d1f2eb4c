#!/usr/bin/env python3
"""Prints the table of what inquest, crash and drgn say of each dump that tests/vm/dumps.py keeps, against what was true.

usage: compare_tools.py INQUEST RUNS [--debug DIR] [--formats A,B] [--crash NAME=COMMAND]... [--drgn NAME=COMMAND]... [RUN...]

RUNS is the folder of the runs (SUITE-SCENARIO-MAKER); DIR/SUITE holds that kernel's vmlinux with debug information
(anywhere below), which crash and drgn are given and inquest is not. bt: the crashed task's functions below the fault or
below panic are the ones that the kernel printed, none missing, none extra; ps: every task that /proc had, worker threads
apart; log: every line that makedumpfile --dump-dmesg finds; mod: name and size as in /proc/modules.
"""
import argparse
import collections
import pathlib
import re
import sys

from tools import QUESTIONS, Inquest, add_peer_options, answers, peers

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "vm"))
from truth import COMM_LENGTH, below, printed_traces  # noqa: E402

FORMATS = ("lzo", "zlib", "zstd", "snappy", "elf", "flat", "qemu-elf", "qemu-zlib")


def of_one_place(name):
    """entry_SYSCALL_64_after_hwframe lies within entry_SYSCALL_64: either name is right."""
    return name.removesuffix("_after_hwframe")


def judge_bt(names, folder):
    lines = (folder / "console").read_text(errors="replace").splitlines()
    start = next(i for i, line in enumerate(lines) if re.search(r"BUG: |Kernel panic|Oops: ", line))
    printed = [of_one_place(frame.split("+")[0]) for frame in next(iter(printed_traces(lines[start:])), [])]
    fault = next((re.search(r"RIP: 0010:([\w.]+)\+", line)[1] for line in lines[start:] if "RIP: 0010:" in line), None)
    if not re.search("patched|shelf", folder.name):
        fault, printed = None, below(printed, lambda name: name in ("panic", "vpanic"))
    names = [of_one_place(name) for name in names]
    # The frame of user mode is no function of the kernel's.
    if names and re.fullmatch(r"0x[0-9a-f]{1,12}", names[-1]):
        names = names[:-1]
    found = below(names, lambda name: name == fault if fault else name in ("panic", "vpanic"))
    if found == printed:
        return None
    unnamed = sum(name.startswith("0xffff") for name in names)
    if unnamed and len(names) >= len(printed) and all(name == shown or name.startswith("0xffff")
                                                       for name, shown in zip(names[-len(printed):], printed, strict=True)):
        return f"bt {unnamed} frames without a name"
    if found is None:
        return f"bt shows {sum(name in printed for name in names)} of {len(printed) + 1} frames"
    one, other = collections.Counter(printed), collections.Counter(found)
    return f"bt {(one - other).total()} of {len(printed)} frames missing, {(other - one).total()} extra"


def judge_ps(found, folder):
    told = {}
    for line in (folder / "tasks").read_text().splitlines():
        pid, comm = re.match(r"(\d+) \((.*)\) ", line).groups()
        if not comm.startswith("kworker"):
            told[int(pid)] = comm[:COMM_LENGTH]
    right = sum(found.get(pid, "")[:COMM_LENGTH] == comm for pid, comm in told.items())
    extra = sum(pid not in told and not comm.startswith("kworker") for pid, comm in found.items())
    return None if right == len(told) and not extra else f"ps {right} of {len(told)} tasks" + (f", {extra} extra" if extra else "")


def judge_log(found, folder):
    def lines_of(log):
        # A column with the task or CPU that printed is not everybody's habit.
        return [re.sub(rb"^(\[[ 0-9.]+\] )\[ *[TC]\d+\] ", rb"\1", line).rstrip() for line in log.splitlines() if line.strip()]

    if not (folder / "dmesg").exists():
        return None if len(lines_of(found)) > 100 else f"log {len(lines_of(found))} lines"
    # The text behind the time: its lines' second parts are indented or not.
    def text_of(line):
        return re.sub(rb"^\[[ 0-9.]+\] ", b"", line).strip()

    told, got = collections.Counter(map(text_of, lines_of((folder / "dmesg").read_bytes()))), collections.Counter(map(text_of, lines_of(found)))
    missing = (told - got).total()
    return None if not missing else f"log {told.total() - missing} of {told.total()} lines"


def judge_mod(found, folder):
    told = {line.split()[0]: int(line.split()[1]) for line in (folder / "modules").read_text().splitlines()}
    right = sum(found.get(name) == size for name, size in told.items())
    named = sum(name in found for name in told)
    if right == len(told):
        return None
    return f"mod {named} of {len(told)} modules" if named < len(told) else f"mod {len(told) - right} of {len(told)} sizes differ"


JUDGES = {"bt": judge_bt, "ps": judge_ps, "log": judge_log, "mod": judge_mod}


def cell(tool, dump, vmlinux, folder):
    if tool.needs_vmlinux and vmlinux is None:
        return "no vmlinux here"
    run = tool.run(QUESTIONS, dump, vmlinux)
    found = answers(tool, QUESTIONS, run)
    if run.status is None:
        return "does not end"
    if not found:
        lines = [line for line in (run.errors + run.output).decode(errors="replace").splitlines() if line.strip() and not line.startswith("@@@")]
        sentence = next((line for line in reversed(lines) if re.search("rror|annot|ot supported|ailed|invalid|unknown", line)), lines[-1] if lines else "")
        return f"fails: {sentence.strip().replace(str(dump), 'the dump').replace(str(vmlinux), 'vmlinux')[:70]}"
    wrong = [JUDGES[question](found[question], folder) if question in found else f"{question} nothing" for question in QUESTIONS]
    return "; ".join(sentence for sentence in wrong if sentence) or "all right"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("inquest")
    parser.add_argument("runs", type=pathlib.Path)
    parser.add_argument("run", nargs="*")
    parser.add_argument("--debug", type=pathlib.Path)
    parser.add_argument("--formats", default=",".join(FORMATS))
    add_peer_options(parser)
    options = parser.parse_intermixed_args()
    tools = [Inquest("inquest", options.inquest), *peers(options)]
    rows = {}  # (run, cells) -> formats
    for folder in sorted(options.runs.iterdir()):
        if options.run and folder.name not in options.run or not (folder / "tasks").exists():
            continue
        suite = folder.name.split("-")[0]
        vmlinux = next((path for path in (options.debug / suite).rglob("vmlinux*") if path.is_file()), None) if options.debug else None
        for form in options.formats.split(","):
            if (folder / form).exists():
                cells = tuple(cell(tool, folder / form, vmlinux, folder) for tool in tools)
                print(folder.name, form, *cells, sep=" | ", file=sys.stderr, flush=True)
                rows.setdefault((folder.name, cells), []).append(form)
    table = [("dump", "formats", *(tool.name for tool in tools))]
    table += [(name, ", ".join(forms), *cells) for (name, cells), forms in rows.items()]
    table.insert(1, tuple("-" * len(head) for head in table[0]))
    for row in table:
        print("| " + " | ".join(row) + " |")


if __name__ == "__main__":
    main()
