#!/usr/bin/env python3
"""Whole-command benchmarks of what inquest does with a crash dump, side by side with crash and drgn in the same run.

usage: dumps.py INQUEST DUMP [--vmlinux FILE] [--runs N] [--crash NAME=COMMAND]... [--drgn NAME=COMMAND]...

Every command starts with an empty HOME and cache. The programs take turns, so that a slow moment of the machine hits
them all; a first round is not counted. Memory is anonymous only (pages of the mapped dump do not count), of a round of
its own. crash and drgn need the kernel's vmlinux with debug information; without it they are left out.
"""
import argparse
import functools
import pathlib
import statistics
import sys
import tempfile

from tools import Run, add_peer_options, peers

# The whole commands of inquest, and what they are to keep: seconds, MB.
OWN = {"report": (0.12, 100), "exec bt": (None, None), "exec ps": (None, None), "exec bt all": (1.0, None)}


def own_command(inquest, dump, command, memory):
    words = command.split()
    arguments = [*words, str(dump)] if words[0] == "report" else [words[0], str(dump), *words[1:]]
    with tempfile.TemporaryDirectory() as home:
        return Run([inquest, *arguments], environment={"HOME": home, "XDG_CACHE_HOME": home, "PATH": "", "LC_ALL": "C.UTF-8"}, memory=memory)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("inquest")
    parser.add_argument("dump", type=pathlib.Path)
    parser.add_argument("--vmlinux", type=pathlib.Path)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--report", default="report", help="the report command, with its options")
    add_peer_options(parser)
    options = parser.parse_args()
    commands = {}  # (program, command) -> (run, aim in seconds, aim in MB)
    for command, aims in OWN.items():
        command = options.report if command == "report" else command
        commands["inquest", command] = (functools.partial(own_command, options.inquest, options.dump, command), *aims)
    others = peers(options)
    if others and not options.vmlinux:
        print("no --vmlinux: crash and drgn cannot open the dump and are skipped", file=sys.stderr)
    for tool in others if options.vmlinux else []:
        for question in ("bt", "ps"):
            commands[tool.name, question] = (lambda memory, tool=tool, question=question: tool.run([question], options.dump, options.vmlinux, memory), None, None)
    seconds, processor, memory, status = {}, {}, {}, {}
    for key, (run, _, _) in commands.items():
        told = run(True)
        memory[key], status[key] = told.memory, told.status
    for _ in range(options.runs):
        for key, (run, _, _) in commands.items():
            told = run(False)
            seconds.setdefault(key, []).append(told.seconds)
            processor.setdefault(key, []).append(told.processor)
    rows = [("program", "command", "min", "median", "aim", "least processor time", "anonymous memory", "aim", "exit")]
    for key, (_, time_aim, memory_aim) in commands.items():
        rows.append((*key, f"{min(seconds[key]):.3f} s", f"{statistics.median(seconds[key]):.3f} s", f"{time_aim:.2f} s" if time_aim else "",
                     f"{min(processor[key]):.3f} s", f"{memory[key]:.0f} MB", f"{memory_aim} MB" if memory_aim else "", str(status[key])))
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in [rows[0], tuple("-" * width for width in widths), *rows[1:]]:
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |")


if __name__ == "__main__":
    main()
