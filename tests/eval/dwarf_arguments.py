#!/usr/bin/env python3
"""How often DWARF and data flow agree on the arguments of frames, over all stacks of dumps.

    tests/eval/dwarf_arguments.py [--show] PROGRAM DUMP PATH...

PATH... is what --symbols takes: the kernel's vmlinux with DWARF, and its modules. --show lists the contradictions. A frame
(function and offset) whose arguments are the same in many tasks counts once: idle tasks would drown the rest.
"""
import collections
import json
import subprocess
import sys


def verdict_of(argument):
    if argument["value"] is None:
        return "unknown"
    if argument["from"] == "dwarf":
        return "DWARF alone"
    if argument["dwarf"] is not None:
        return "contradiction"
    return "agreement" if argument["confidence"] == 0.99 else "data flow alone"


def main():
    words = sys.argv[1:]
    show = "--show" in words
    program, dump, *paths = [word for word in words if word != "--show"]
    symbols = [word for path in paths for word in ("--symbols", path)]
    done = subprocess.run([program, "exec", "--json", *symbols, dump, "bt", "all"], capture_output=True, text=True)
    if done.returncode not in (0, 3):
        sys.exit(done.stderr)
    counts, seen, listed = collections.Counter(), set(), collections.Counter()
    for task in json.loads(done.stdout)["tasks"]:
        for frame in task["frames"]:
            for argument in frame["arguments"]:
                verdict = verdict_of(argument)
                key = (frame["symbol"], frame["offset"], argument["number"], argument["value"], verdict)
                if key in seen:
                    continue
                seen.add(key)
                counts[verdict] += 1
                if verdict == "contradiction":
                    listed[f'{frame["symbol"]}+{frame["offset"]} {argument["name"]} = {argument["value"]} '
                           f'({argument["from"]}), DWARF {argument["dwarf"]}: PID {task["pid"]}'] += 1
    both = counts["agreement"] + counts["contradiction"]
    share = f"{100 * counts['agreement'] / both:.1f}%" if both else "-"
    print(f"{dump}: agreement {counts['agreement']}, contradiction {counts['contradiction']} ({share} agree), "
          f"data flow alone {counts['data flow alone']}, DWARF alone {counts['DWARF alone']}, unknown {counts['unknown']}")
    if show:
        print("\n".join(sorted(listed)))


if __name__ == "__main__":
    main()
