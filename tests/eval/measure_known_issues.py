#!/usr/bin/env python3
"""Measures how well imported issues are found again, and how sure the program is of them (docs/evaluation-known-issues.md).

usage: measure_known_issues.py RANK_CRASHES CATALOGUE RECORDS.jsonl [--pairs PAIRS.jsonl] [--absent LOG_FOLDER]... [--fit] [--list]

RECORDS holds one record of the kernel CNA a line: {"cve", "text", ...}. Each quoted crash is changed as builds, consoles
and mailers change it, read by the program's own reader, and looked up twice: with its issue in the catalogue (is it the
first?) and without it (is something else claimed?). Every second record, by a hash of its id, was used to fit the
confidences (--fit prints new ones); tables are of the others. PAIRS: reports by others of bugs that are in the records
(pairs_of_sources.py finds them). LOG_FOLDER: crash logs of other origin; whatever is
claimed there with confidence is listed, to be judged by eye. Exit status 1: fewer than 90% are the first on average, or a
change makes 2% of false claims.
"""
import argparse
import collections
import json
import math
import pathlib
import random
import re
import subprocess
import sys
import zlib

FRAME = re.compile(r"([A-Za-z_][\w.]*)\+0x([0-9a-f]+)/0x([0-9a-f]+)")
ADDRESS = re.compile(r"\b((?:0x)?)(ffff[0-9a-f]{12})\b")
TRACE = re.compile(r"Call [Tt]race|RIP:|\bpc ?:|Backtrace")
TASK = re.compile(r"\bCPU: \d+ (UID: \d+ )?PID: \d+")
CONFIDENT = 0.8
ABSENT = 3  # crashes of unknown bugs for one of a known bug, in the fit and in the table of confidences
SUFFIXES = ["", "", "", ".isra.0", ".constprop.0", ".part.2", ".cold"]


def other_build(text, chance):
    """Other offsets and sizes, addresses moved, compiler's suffixes."""
    def frame(match):
        name = match[1].split(".")[0] + chance.choice(SUFFIXES)
        size = max(16, int(int(match[3], 16) * chance.uniform(0.7, 1.4))) & ~15
        return f"{name}+{chance.randrange(1, size):#x}/{size:#x}"
    slide = chance.randrange(1, 500) << 21
    text = ADDRESS.sub(lambda m: f"{m[1]}{(int(m[2], 16) + slide) % 2**64:016x}", text)
    return FRAME.sub(frame, text)


def head_lost(text, _):
    """All before the line with CPU and task, or before the registers or the trace where there is none."""
    lines = text.split("\n")
    trace = next((i for i, line in enumerate(lines) if TRACE.search(line)), 0)
    start = next((i for i, line in enumerate(lines[:trace]) if TASK.search(line)), trace)
    return "\n".join(lines[start:])


def wrapped(text, _, width=72):
    """As a mailer breaks lines: at the last blank before the width."""
    out = []
    for line in text.split("\n"):
        while len(line) > width and " " in line[1:width].strip():
            at = line.rfind(" ", 1, width)
            if not line[:at].strip():
                break
            out.append(line[:at])
            line = line[at + 1:]
        out.append(line)
    return "\n".join(out)


def frame_lines(lines):
    return [i for i, line in enumerate(lines) if FRAME.search(line) and "RIP" not in line]


def frames_cut(text, chance):
    """The outer part of each trace is lost: a third to a half of the frames, at least three stay."""
    lines = text.split("\n")
    frames = frame_lines(lines)
    keep = max(3, int(len(frames) * chance.uniform(0.5, 0.67)))
    return "\n".join(lines[: frames[keep]]) if keep < len(frames) else text


def frames_doubtful(text, chance, pool):
    """Frames that the unwinder found on the stack and did not believe."""
    out = []
    for line in text.split("\n"):
        match = FRAME.search(line)
        if match and "RIP" not in line and "?" not in line and chance.random() < 0.4:
            out.append(line[: match.start()] + f"? {chance.choice(pool)}+{chance.randrange(4, 60):#x}/0x80")
        out.append(line)
    return "\n".join(out)


def variants_of(record, pool):
    """(name, text) of each change, from a seed of its own."""
    text = record["text"]
    chance = random.Random(record["cve"])
    yield "as quoted", text
    yield "other build", other_build(text, chance)
    yield "head lost", head_lost(text, chance)
    yield "wrapped at 72", wrapped(text, chance)
    yield "outer frames cut", frames_cut(text, chance)
    yield "doubtful frames added", frames_doubtful(text, chance, pool)
    yield "all but the head's loss", wrapped(frames_doubtful(frames_cut(other_build(text, chance), chance), chance, pool), chance)


def lines_of(path):
    if path.suffix != ".zst":
        return path.read_text().splitlines()
    return subprocess.run(["zstd", "-dc", path], capture_output=True, check=True).stdout.decode().splitlines()


def ranked(program, catalogue, jobs):
    """The answers of rank_crashes, in order."""
    lines = "".join(json.dumps(job) + "\n" for job in jobs)
    done = subprocess.run([program, catalogue], input=lines.encode(), capture_output=True, check=True)
    return [json.loads(line) for line in done.stdout.decode().splitlines()]


def best(events):
    """The first candidate of the event that is surest of its own, with its rivals behind it."""
    lists = [event["ranked"] for event in events if event["ranked"]]
    return max(lists, key=lambda found: (found[0]["confidence"], found[0]["score"]), default=[])


def features(found):
    """What rate() weighs. Keep both the same."""
    first = found[0]
    rival = found[1]["score"] / first["score"] if len(found) > 1 and first["score"] else 0
    low, high = sorted((first["event_share"], first["crash_share"]))
    return [1, math.log1p(first["matched"]), low, high, first["guilty"], float(first["same_kind"]),
            float(first["innermost"]), min(rival, 1) ** 4]


NAMES = ["one", "matched", "low_share", "high_share", "guilty", "same_kind", "innermost", "rival"]


def fit(samples, rounds=60):
    """Logistic regression by Newton's method, with a little shrinkage."""
    width = len(NAMES)
    weights = [0.0] * width
    for _ in range(rounds):
        gradient = [-1e-2 * w for w in weights]
        hessian = [[1e-2 * (i == j) for j in range(width)] for i in range(width)]
        for x, right, importance in samples:
            p = 1 / (1 + math.exp(-max(-30, min(30, sum(w * v for w, v in zip(weights, x))))))
            for i in range(width):
                gradient[i] += importance * (right - p) * x[i]
                for j in range(width):
                    hessian[i][j] += importance * p * (1 - p) * x[i] * x[j]
        step = solve(hessian, gradient)
        weights = [w + s for w, s in zip(weights, step)]
        if max(abs(s) for s in step) < 1e-6:
            break
    return weights


def solve(matrix, vector):
    rows = [row[:] + [value] for row, value in zip(matrix, vector)]
    for i in range(len(rows)):
        pivot = max(range(i, len(rows)), key=lambda r: abs(rows[r][i]))
        rows[i], rows[pivot] = rows[pivot], rows[i]
        for r in range(len(rows)):
            if r != i:
                factor = rows[r][i] / rows[i][i]
                rows[r] = [a - factor * b for a, b in zip(rows[r], rows[i])]
    return [row[-1] / row[i] for i, row in enumerate(rows)]


def table(head, rows):
    widths = [max(len(str(row[i])) for row in [head, *rows]) for i in range(len(head))]
    for row in [head, ["-" * width for width in widths], *rows]:
        print("| " + " | ".join(str(cell).ljust(width) for cell, width in zip(row, widths)) + " |")
    print()


def percent(part, whole):
    return f"{100 * part / whole:.1f}%" if whole else "-"


def measure_pairs(options):
    """How reports from elsewhere find the records of their bugs."""
    pairs = [json.loads(line) for line in lines_of(options.pairs)]
    answers = ranked(options.program, options.catalogue, [{"id": pair["cve"], "variant": "", "text": pair["text"]} for pair in pairs])
    count = collections.Counter()
    for answer in answers:
        found = best(answer["events"])
        sure = bool(found) and found[0]["confidence"] >= CONFIDENT
        count["first"] += bool(found) and found[0]["id"] == answer["id"]
        count["in three"] += any(f["id"] == answer["id"] for f in found[:3])
        count["confident"] += sure
        count["wrong"] += sure and found[0]["id"] != answer["id"]
        if options.list and sure and found[0]["id"] != answer["id"]:
            print("claimed for", answer["id"], found[0])
    whole = len(answers)
    print(f"other sources: {whole} reports of {len({a['id'] for a in answers})} bugs: first {percent(count['first'], whole)}, "
          f"in three {percent(count['in three'], whole)}, confident {percent(count['confident'], whole)}, "
          f"confident and of another record {percent(count['wrong'], whole)}\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("catalogue")
    parser.add_argument("records", type=pathlib.Path)
    parser.add_argument("--absent", action="append", type=pathlib.Path, default=[])
    parser.add_argument("--pairs", type=pathlib.Path)
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--list", action="store_true", help="name what was not found and what was wrongly claimed")
    options = parser.parse_args()
    records = [json.loads(line) for line in lines_of(options.records)]
    pool = sorted({match[1] for record in records for match in FRAME.finditer(record["text"])})
    jobs = [{"id": record["cve"], "variant": name, "text": text} for record in records for name, text in variants_of(record, pool)]
    answers = ranked(options.program, options.catalogue, jobs)

    readable = {a["id"] for a in answers if a["variant"] == "as quoted" and any(e["ranked"] for e in a["events"])}
    print(f"{len(records)} records, {len(readable)} with a crash that the reader finds and the catalogue knows\n")
    samples, rows, bins = [], [], collections.defaultdict(lambda: [0, 0, 0.0])
    tally = collections.defaultdict(collections.Counter)
    took = []
    for answer in answers:
        held_out = zlib.crc32(answer["id"].encode()) & 1
        count = tally[answer["variant"]]
        found, absent = best(answer["events"]), best(answer["without"])
        took += [event["us"] for event in answer["events"]]
        if not held_out:
            samples += [(features(f), float(f[0]["id"] == answer["id"]), times) for f, times in ((found, 1), (absent, ABSENT)) if f]
            continue
        count["records"] += 1
        if answer["id"] in readable:
            count["readable"] += 1
            count["first"] += bool(found) and found[0]["id"] == answer["id"]
            count["in three"] += any(f["id"] == answer["id"] for f in found[:3])
            count["confident"] += bool(found) and found[0]["confidence"] >= CONFIDENT
            count["confident, wrong"] += bool(found) and found[0]["confidence"] >= CONFIDENT and found[0]["id"] != answer["id"]
            count["false claim"] += bool(absent) and absent[0]["confidence"] >= CONFIDENT
            if options.list and answer["variant"] == "as quoted":
                if not found or found[0]["id"] != answer["id"]:
                    print("not first:", answer["id"], [(f["id"], round(f["score"], 2)) for f in found[:3]])
                if absent and absent[0]["confidence"] >= CONFIDENT:
                    print("claimed without it:", answer["id"], absent[0])
        for f, times in ((found, 1), (absent, ABSENT)):
            if f:
                slot = bins[min(9, int(f[0]["confidence"] * 10))]
                slot[0] += times
                slot[1] += times * (f[0]["id"] == answer["id"])
                slot[2] += times * f[0]["confidence"]
    for name, count in tally.items():
        whole = count["readable"]
        rows.append([name, whole, percent(count["first"], whole), percent(count["in three"], whole), percent(count["confident"], whole),
                     percent(count["confident, wrong"], whole), percent(count["false claim"], whole)])
    table(["crash", "of", "first", "in three", "confident", "... and wrong", "false claim, issue removed"], rows)
    table(["confidence", "claims", "stated", "right"],
          [[f"{b / 10:.1f}-{(b + 1) / 10:.1f}", n, percent(stated, n), percent(right, n)] for b, (n, right, stated) in sorted(bins.items())])
    took.sort()
    print(f"look-up: median {took[len(took) // 2]:.1f} us, 99% {took[len(took) * 99 // 100]:.1f} us, most {took[-1]:.1f} us\n")
    if options.fit:
        weights = fit(samples)
        print("rate(): " + ", ".join(f"{name} {weight:.2f}" for name, weight in zip(NAMES, weights)) + "\n")
    if options.pairs:
        measure_pairs(options)
    for folder in options.absent:
        logs = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix not in (".json", ".yaml", ".md", ".right"))
        found = ranked(options.program, options.catalogue,
                       [{"id": path.name, "variant": "", "text": path.read_text(errors="replace")} for path in logs])
        crashed = [answer for answer in found if answer["events"]]
        sure = [(answer["id"], best(answer["events"])[0]) for answer in crashed
                if best(answer["events"]) and best(answer["events"])[0]["confidence"] >= CONFIDENT]
        print(f"{folder.name}: {len(crashed)} logs with a crash, {len(sure)} confident claims")
        for name, claim in sure:
            print(f"  {name}: {claim['id']} {claim['confidence']:.2f} matched {claim['matched']:.1f}")
    first = sum(count["first"] / count["readable"] for count in tally.values()) / len(tally)
    worst = max(count["false claim"] / count["readable"] for count in tally.values())
    return int(first < 0.9 or worst >= 0.02)


if __name__ == "__main__":
    sys.exit(main())
