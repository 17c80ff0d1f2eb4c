#!/usr/bin/env python3
"""Tests the referee and its score on a small program, with a disassembly whose errors are known.

usage: selftest.py DWARF_REFEREE
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SHIFT = 0x200000
# function of sample.c -> what DWARF says of its operands: row of score.py, type, members
TRUTHS = {
    "plain": ("structure", "struct item", ["value"]),
    "nested": ("structure", "struct item", ["place.y"]),
    "either": ("structure", "struct item", ["bytes[]", "word"]),
    "bits": ("structure", "struct item", ["busy", "kind", "ready"]),
    "third": ("structure", "struct item", ["slots[].count"]),
    "unnamed": ("structure", "struct item", ["secret"]),
    "indexed": ("structure", "struct item", ["tail[]"]),
    "flexible": ("structure", "struct item", ["tail[]"]),
    "by_typedef": ("structure", "tally", ["counter"]),
    "inlined": ("structure", "struct link", ["next"]),
    "complain": ("structure", "struct item", ["place.x"]),
    "scalar": ("other type", "long int", []),
    "address": ("address only", "struct item", ["place.y"]),
    "outer": ("no member there", "struct link", []),
    "untyped": (None, None, None),
}
# What the disassembly of the test says instead of the truth, and what has to come of it.
ANSWERS = {
    "plain": ("const struct item", "value", "agrees"),
    "either": ("struct item", "word", "agrees"),
    "third": ("struct item", "slots[2].count", "agrees"),
    "nested": ("struct place", "y", "differs"),
    "inlined": ("struct item", "link.next", "same place", 0x60),
    "flexible": ("struct item", "slots[].key", "differs"),
    "unnamed": ("struct slot", "secret", "differs"),
    "bits": None,
}

FAKE = '''#!/usr/bin/env python3
import json, sys
answers = json.load(open(sys.argv[2]))
for line in sys.stdin:
    print(json.dumps(answers[line.strip()], indent=2))
'''


def judged(referee, program):
    lines = subprocess.run([referee, program], capture_output=True, text=True, check=True).stdout.splitlines()
    return {function["function"]: function for function in map(json.loads, lines)}


def check_truths(functions, row_of):
    for name, (row, type_name, members) in TRUTHS.items():
        operands = functions[name]["operands"]
        assert len(operands) == 1, f"{name}: {operands}"
        assert row_of(operands[0]) == row, f"{name}: {operands}"
        truths = [truth for truth in operands[0]["truths"] if truth["shift"] == 0]
        told = (truths[0]["type"], truths[0]["members"]) if truths else (None, None)
        assert told == (type_name, members), f"{name}: {told}"
    unlikely = functions["unlikely"]
    assert len(unlikely["parts"]) == 2 and unlikely["parts"][1]["symbol"] == "unlikely.cold", unlikely["parts"]
    in_cold = [operand for operand in unlikely["operands"] if int(unlikely["parts"][1]["start"], 16) <=
               int(operand["address"], 16) < int(unlikely["parts"][1]["end"], 16)]
    assert [truth["members"] for truth in in_cold[-1]["truths"]] == [["slots[].key"]], in_cold
    assert functions["plain"]["operands"][0]["origin"].startswith("argument: "), functions["plain"]


def fake_answers(functions):
    """What the stand-in for inquest answers to each question of score.py."""
    answers = {}
    for name, function in functions.items():
        start = int(function["parts"][0]["start"], 16) + SHIFT
        answers[f"sym --json {name}"] = {"symbols": [{"address": hex(start), "name": name, "module": None}]}
        for part in function["parts"]:
            instructions = []
            for operand in function["operands"]:
                said = ANSWERS.get(name)
                named = {"type": said[0], "member": said[1], "confidence": 0.9, "base": operand["base"],
                         "offset": hex(said[3] if len(said) > 3 else operand["displacement"])} if said else None
                instructions.append({"address": hex(int(operand["address"], 16) + SHIFT),
                                     "text": operand["text"].replace(", ", ","), "operands": [named] if named else []})
            answers[f"dis -t --json {part['symbol']}"] = {"function": part["symbol"], "instructions": instructions}
    return answers


def main():
    referee = pathlib.Path(sys.argv[1]).resolve()
    sys.path.insert(0, str(HERE))
    from score import row_of
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        program, fake, dump = folder / "sample", folder / "inquest", folder / "dump"
        subprocess.run(["gcc", "-O2", "-g", "-nostdlib", "-static", "-fno-pie", "-no-pie", "-ffreestanding", "-Wl,-e,start",
                        "-o", program, HERE / "sample.c"], check=True)
        functions = judged(referee, program)
        check_truths(functions, row_of)
        again = subprocess.run([referee, program, "--count", "5", "--seed", "1"], capture_output=True, text=True, check=True)
        assert len(again.stdout.splitlines()) == 5
        fake.write_text(FAKE)
        fake.chmod(0o755)
        dump.write_text(json.dumps(fake_answers(functions)))
        score = subprocess.run([HERE / "score.py", fake, dump, program, "--referee", referee, "--gaps", "--results",
                                folder / "results"], capture_output=True, text=True, check=False)
        assert score.returncode == 0, score.stdout + score.stderr
        results = [json.loads(line) for line in (folder / "results").read_text().splitlines()]
        verdicts = {result["function"]: result.get("verdict") for result in results}
        for name, said in ANSWERS.items():
            assert verdicts[name] == (said[2] if said else None), f"{name}: {verdicts[name]}\n{score.stdout}"
        row = re.search(r"\| base points to a structure .*", score.stdout).group().split("|")
        assert [int(row[i]) for i in (5, 6, 7)] == [3, 1, 3], score.stdout
    print("the referee knows the truth of sample.c and score.py what to make of it")


if __name__ == "__main__":
    main()
