#!/usr/bin/env python3
"""Scores `inquest exec VMCORE dis -t`, which reads BTF and machine code alone, against DWARF.

usage: score.py INQUEST VMCORE VMLINUX [--count N] [--seed S] [--function NAME]... [--gaps] [--results FILE]
                [--differences FILE] [--least COVERAGE PRECISION] [--referee PROGRAM]

VMLINUX is the dump's kernel with debug info (vmlinux.sh fetches Debian's); PROGRAM is dwarf_referee, by default that of
INQUEST's build tree. --gaps shows where the base registers of the operands without a name come from. --results writes
every operand as a line of JSON, --differences those that differ. With --least the exit status is 1 when fewer percent of
the structures' operands are named, or fewer of the named agree.
"""
import argparse
import collections
import json
import pathlib
import re
import subprocess
import sys

from compare import AGREES, DIFFERS, SAME_PLACE, Structures, embeddings, how_they_differ, judge, shape

BATCH = 250  # functions a process; its answer is held in memory
SHOWN = 40
STRUCTURE, SCALAR, TAKEN, ELSEWHERE, SHIFTED = "structure", "other type", "address only", "no member there", "by a shift"
ROWS = {
    STRUCTURE: "base points to a structure with a member there",
    SCALAR: "base points to something else (char, a pointer)",
    TAKEN: "only the address is taken (lea)",
    ELSEWHERE: "no member there (container_of, the next element)",
    SHIFTED: "a variable is the base plus a constant",
}


def row_of(operand):
    truths = [truth for truth in operand["truths"] if truth["shift"] == 0]
    if not operand["truths"]:
        return None
    if not operand["accessed"]:
        return TAKEN
    if any(truth["members"] for truth in truths):
        return STRUCTURE
    if any(truth["structure"] for truth in truths):
        return ELSEWHERE
    return SCALAR if truths else SHIFTED


def drawn_functions(arguments):
    command = [arguments.referee, arguments.vmlinux, "--count", str(arguments.count), "--seed", str(arguments.seed)]
    for name in arguments.function:
        command += ["--function", name]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    return [json.loads(line) for line in lines]


class Inquest:
    """The program, asked many questions at once by its shell."""

    def __init__(self, program, dump):
        self.command, self.complaints = [program, "shell", dump], []

    def answers(self, questions):
        done = subprocess.run(self.command, input="".join(f"{question}\n" for question in questions),
                              capture_output=True, text=True, check=False)
        self.complaints += done.stderr.splitlines()
        if done.returncode != 0:
            sys.exit(f"{' '.join(map(str, self.command))} ended with {done.returncode}: {done.stderr.strip()[-400:]}")
        decoder, text, place = json.JSONDecoder(), done.stdout, 0
        while (start := re.compile(r"\S").search(text, place)):
            answer, place = decoder.raw_decode(text, start.start())
            yield answer

    def text_shift(self, functions):
        """How far KASLR moved the text; stops unless the dump is of that very kernel."""
        known = {function["function"]: int(function["parts"][0]["start"], 16)
                 for function in functions if function["function"] and not function["parts"][0]["ambiguous"]}
        names, shifts = list(known)[:50], collections.Counter()
        for answer in self.answers(f"sym --json {name}" for name in names):
            for symbol in answer["symbols"]:
                if not symbol.get("module") and symbol["name"] in known:
                    shifts[int(symbol["address"], 16) - known[symbol["name"]]] += 1
        if not shifts:
            sys.exit("the dump knows none of the drawn functions")
        (shift, count), = shifts.most_common(1)
        if count < 0.9 * len(names) or shift % 4096:
            sys.exit("the dump is not of that vmlinux: the functions do not lie where it has them")
        return shift

    def instructions(self, functions, shift):
        """address in the vmlinux -> what dis -t says of the instruction there"""
        parts = [part for function in functions for part in function["parts"]]
        for start in range(0, len(parts), BATCH):
            questions = (f"dis -t --json {part['symbol']}" if part["symbol"] and not part["ambiguous"] else
                         f"dis -t -f --json {int(part['start'], 16) + shift:#x}" for part in parts[start:start + BATCH])
            for answer in self.answers(questions):
                for instruction in answer["instructions"]:
                    yield int(instruction["address"], 16) - shift, instruction


def results_of(functions, listed):
    """One dict for each operand that DWARF can type."""
    for function in functions:
        for operand in function["operands"]:
            row = row_of(operand)
            if not row:
                continue
            address = int(operand["address"], 16)
            part = next(part for part in function["parts"]
                        if int(part["start"], 16) <= address < int(part["end"], 16))
            result = {"row": row, "function": part["symbol"], "offset": hex(address - int(part["start"], 16)), **operand}
            ours = listed.get(address)
            if not ours:
                result["skipped"] = "not listed"
            elif shape(ours["text"]) != shape(operand["text"]):
                result["skipped"] = "another instruction"
            else:
                result["named"] = next((one for one in ours.get("operands") or [] if one.get("type") and
                                        one.get("member") and one.get("base", operand["base"]) == operand["base"]), None)
            yield result


def judge_all(results, structures):
    named = [result for result in results if result.get("named")]
    for result in named:
        for outer, path, *_ in embeddings(result["named"], result):
            structures.ask(outer, path)
    structures.answer()
    for result in named:
        result["verdict"] = judge(result["named"], result, structures)
        if result["verdict"] == DIFFERS:
            result["how"] = how_they_differ(result["named"], result["truths"])


def percent(part, whole):
    return f"{100 * part / whole:.1f}%" if whole else "-"


def print_table(header, rows):
    rows = [header, *[[str(cell) for cell in row] for row in rows]]
    widths = [max(len(row[i]) for row in rows) for i in range(len(header))]
    lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |" for row in rows]
    print("\n".join([lines[0], "| " + " | ".join("-" * width for width in widths) + " |", *lines[1:]]))


def counts(results):
    judged = [result for result in results if "skipped" not in result]
    named = [result for result in judged if result.get("named")]
    verdicts = collections.Counter(result["verdict"] for result in named)
    return len(judged), len(named), verdicts


def print_scores(results):
    groups = [(title, [result for result in results if result["row"] == row]) for row, title in ROWS.items()]
    sure = [result for result in groups[0][1] if (result.get("named") or {}).get("confidence", 0) >= 0.8]
    groups.insert(1, ("  of these, named with confidence 0.8 or more", sure))
    rows = []
    for title, group in groups:
        judged, named, verdicts = counts(group)
        good = verdicts[AGREES] + verdicts[SAME_PLACE]
        rows.append([title, judged, named, percent(named, judged), verdicts[AGREES], verdicts[SAME_PLACE],
                     verdicts[DIFFERS], percent(good, named)])
    print_table(["operands that DWARF can type", "all", "named", "coverage", "agree", "same place", "differ",
                 "precision"], rows)
    skipped = collections.Counter(result["skipped"] for result in results if "skipped" in result)
    print("skipped:", ", ".join(f"{count} {why}" for why, count in skipped.items()) or "none")


def described(result):
    truths = "; ".join(f"{truth['type']} {'|'.join(truth['members'])} ({truth['variable']}"
                       + (f"{truth['shift']:+#x})" if truth["shift"] else ")") for truth in result["truths"])
    named = result["named"]
    return (f"{result['function']}+{result['offset']}  {result['text']}\n    ours   {named['type']} {named['member']}"
            f"  [{named.get('confidence', '?')}]\n    DWARF  {truths}   origin {result['origin']}   ({result['how']})")


def print_differences(results, path):
    differing = [result for result in results if result["row"] == STRUCTURE and result.get("verdict") == DIFFERS]
    print(f"\n{len(differing)} differ:", dict(collections.Counter(result["how"] for result in differing)))
    for result in differing[:SHOWN]:
        print(described(result))
    if path:
        path.write_text("".join(described(result) + "\n" for result in differing))


def print_gaps(results):
    """What would have to be understood for the rest to be named."""
    ours = [result for result in results if result["row"] == STRUCTURE and "skipped" not in result]
    gaps = [result for result in ours if not result["named"]]
    kinds = collections.Counter(result["origin"].split(":")[0] for result in ours)
    missing = collections.Counter(result["origin"].split(":")[0] for result in gaps)
    print("\nwhere the base register's value comes from")
    print_table(["origin", "operands", "named", "coverage", "share of all gaps"],
                [[kind, count, count - missing[kind], percent(count - missing[kind], count),
                  percent(missing[kind], len(gaps))] for kind, count in kinds.most_common()])
    examples = {}
    for result in gaps:
        examples.setdefault(result["origin"], result)
    print("\nthe most frequent ones of the operands without a name, each with its first example")
    for origin, count in collections.Counter(result["origin"] for result in gaps).most_common(SHOWN):
        result = examples[origin]
        truth = next(truth for truth in result["truths"] if truth["members"] and not truth["shift"])
        print(f"{count:6} {origin}    {result['function']}+{result['offset']} {result['text']}"
              f"  # {truth['type']} {'|'.join(truth['members'])}")


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1][7:], description=__doc__.split("\n\n")[2])
    parser.add_argument("inquest", type=pathlib.Path)
    parser.add_argument("dump")
    parser.add_argument("vmlinux")
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=6)
    parser.add_argument("--function", action="append", default=[])
    parser.add_argument("--gaps", action="store_true")
    parser.add_argument("--results", type=pathlib.Path)
    parser.add_argument("--differences", type=pathlib.Path)
    parser.add_argument("--least", type=float, nargs=2, metavar=("COVERAGE", "PRECISION"))
    parser.add_argument("--referee", type=pathlib.Path)
    arguments = parser.parse_args()
    arguments.referee = arguments.referee or arguments.inquest.resolve().parents[2] / "tests/referee/dwarf_referee"
    functions = drawn_functions(arguments)
    inquest = Inquest(arguments.inquest, arguments.dump)
    listed = dict(inquest.instructions(functions, inquest.text_shift(functions)))
    results = list(results_of(functions, listed))
    judge_all(results, Structures(arguments.referee, arguments.vmlinux))
    print(f"{len(functions)} functions, seed {arguments.seed}, {sum(len(f['operands']) for f in functions)} operands with "
          f"a general base register, {len(results)} of a base that DWARF can type")
    print_scores(results)
    print_differences(results, arguments.differences)
    if arguments.gaps:
        print_gaps(results)
    for complaint in inquest.complaints[:5]:
        print("inquest said:", complaint, file=sys.stderr)
    if arguments.results:
        arguments.results.write_text("".join(json.dumps(result) + "\n" for result in results))
    if not arguments.least:
        return 0
    judged, named, verdicts = counts([result for result in results if result["row"] == STRUCTURE])
    good = verdicts[AGREES] + verdicts[SAME_PLACE]
    coverage, precision = arguments.least
    return 0 if named and named >= coverage / 100 * judged and good >= precision / 100 * named else 1


if __name__ == "__main__":
    sys.exit(main())
