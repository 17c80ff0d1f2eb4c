#!/usr/bin/env python3
"""Measures `inquest report` against the crash-log corpora and prints a table (see docs/evaluation.md).

usage: score.py INQUEST SHARED [--list] [--only NAME]...

Each corpus keeps its own labels; KINDS below is the published mapping to ours. Every input is given to the program
exactly as it is found, but for syzkaller's, whose header and expected report are cut off as its README says.
"""
import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile

# `wild`'s crash_kind -> the kinds of ours that say the same thing.
OOPS = {"null-pointer-dereference", "bad-page-fault", "general-protection-fault", "bad-instruction-fetch",
        "invalid-opcode", "kernel-bug", "divide-error", "other"}
KINDS = {
    "null-deref": {"null-pointer-dereference", "bad-instruction-fetch"},
    "paging-request": {"bad-page-fault", "bad-instruction-fetch"},
    "gpf": {"general-protection-fault"},
    "warning": {"warning"},
    "kernel-bug": {"kernel-bug"},
    "list-corruption": {"list-corruption"},
    "ubsan": {"ubsan"},
    "mce": {"machine-check", "hardware-error"},
    "kasan": {"kasan"},
    "hung-task": {"hung-task"},
    "soft-lockup": {"soft-lockup"},
    "page-alloc-failure": {"page-allocation-failure"},
    "undefined-instruction": {"invalid-opcode"},
    "illegal-operation": {"invalid-opcode"},
    "specification-exception": {"invalid-opcode", "other"},
    "stack-overflow": {"stack-overflow", "double-fault"},
    "sched-atomic": {"scheduling-while-atomic"},
    "sleep-atomic": {"atomic-sleep"},
    "slab-objects-remaining": {"objects-remaining"},
    "slab-corruption": {"slab-corruption"},
    "serror": {"external-abort"},
    "refcount": {"refcount"},
    "rcu-usage": {"lockdep"},
    "rcu-stall": {"rcu-stall"},
    "rcu-stall-like": {"rcu-stall", "other"},
    "oops": OOPS,
    "multiple": None,       # any event will do
    "oom": {"oom-kill", "oom-panic"},
    "lockdep": {"lockdep"},
    "fs-error": {"filesystem-error"},
    "divide-error": {"divide-error"},
}
# Kinds that syzkaller does not report: an input that it calls free of crashes may hold them.
BEYOND_SYZKALLER = {"oom-kill", "page-allocation-failure", "filesystem-error", "machine-check", "hardware-error", "nmi"}
# Titles of its own harness, not of the kernel.
HARNESS = re.compile(r"^(SYZFAIL|SYZFATAL|lost connection|no output|test machine|failed to|panic: |fatal error|go runtime error"
                     r"|runtime error|trusty )")
COMPILER_SUFFIX = re.compile(r"(\.(isra|constprop|part|cold|llvm|lto_priv)[.\d]*)+$")


class Table:
    """Rows of figures, and the inputs that failed, by row."""

    def __init__(self):
        self.rows = []
        self.failures = {}

    def add(self, corpus, what, right, total, target=""):
        share = f"{100 * right / total:.1f}%" if total else "-"
        self.rows.append((corpus, what, str(right), str(total), share, target))

    def failed(self, row, name, text):
        self.failures.setdefault(row, []).append(f"{name}: {text}")

    def print(self, with_failures):
        head = ("corpus", "what", "right", "of", "share", "aim")
        widths = [max(len(row[i]) for row in [head, *self.rows]) for i in range(len(head))]
        for row in [head, tuple("-" * width for width in widths), *self.rows]:
            print("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |")
        if with_failures:
            for row, failures in self.failures.items():
                print(f"\n## {row}: {len(failures)}")
                print("\n".join(failures))


def function(symbol):
    return COMPILER_SUFFIX.sub("", symbol or "").removeprefix("__x64_").removeprefix("__do_")


class Program:
    """The program under test. One call reads many files; each gives one JSON document, in order."""

    def __init__(self, path):
        self.path = path

    def reports(self, files):
        files = [str(file) for file in files]
        if not files:
            return []
        done = subprocess.run([self.path, "report", "--format", "json", "--all-boots", *files], capture_output=True, timeout=600)
        lines = done.stdout.decode("utf-8").splitlines()
        documents = [json.loads(line) for line in lines] if len(files) > 1 else [json.loads(done.stdout)]
        if len(documents) != len(files):
            sys.exit(f"{len(documents)} documents for {len(files)} inputs (exit {done.returncode}): {done.stderr.decode()[-500:]}")
        return documents


def primary(report):
    events = report["events"]
    return next((event for event in events if event.get("primary")), events[0] if events else None)


def read_syzkaller(path):
    """(headers, log): the log ends where an empty line and a line REPORT: follow."""
    text = path.read_bytes().replace(b"\r", b"")
    head, _, log = (b"", b"", text[1:]) if text.startswith(b"\n") else text.partition(b"\n\n")
    headers = {}
    for line in head.decode("utf-8", "replace").splitlines():
        name, _, value = line.partition(":")
        headers.setdefault(name, []).append(value.strip())
    return headers, log.partition(b"\n\nREPORT:\n")[0]


def score_syzkaller(program, corpus, table):
    inputs = []
    with tempfile.TemporaryDirectory() as scratch:
        for path in sorted((corpus / "syzkaller/report").iterdir(), key=lambda p: int(p.name)):
            headers, log = read_syzkaller(path)
            cut = pathlib.Path(scratch, path.name)
            cut.write_bytes(log)
            inputs.append((path.name, headers, cut))
        reports = program.reports([cut for _, _, cut in inputs])
    right = total = clean = without_crash = corrupted = corrupted_right = 0
    for (name, headers, _), report in zip(inputs, reports):
        wanted = [title for title in headers.get("TITLE", []) + headers.get("ALT", []) if title]
        events = [event for event in report["events"] if event["kind"] not in BEYOND_SYZKALLER]
        got = events[0]["title"] if events else ""
        if not wanted:
            without_crash += 1
            clean += not events
            if events:
                table.failed("syzkaller crash-free", name, got)
        elif HARNESS.match(wanted[0]):
            continue
        elif headers.get("CORRUPTED") == ["Y"]:
            corrupted += 1
            corrupted_right += got in wanted
        else:
            total += 1
            right += got in wanted
            if got not in wanted:
                table.failed("syzkaller titles", name, f"{got!r}, expected {wanted}")
    table.add("syzkaller", "titles equal", right, total, "97%")
    table.add("syzkaller", "no crash in crash-free files", clean, without_crash, "100%")
    table.add("syzkaller", "titles equal, marked corrupted", corrupted_right, corrupted)


def score_wild(program, corpus, table):
    truths = [json.loads(path.read_text()) for path in sorted((corpus / "wild").glob("*.json"))]
    reports = program.reports([corpus / "wild" / truth["file"] for truth in truths])
    figures = {what: [0, 0] for what in ("function", "function in any event", "kind", "kernel", "architecture", "fault address")}

    def count(what, name, right, got, wanted):
        figures[what][0] += right
        figures[what][1] += 1
        if not right:
            table.failed(f"wild {what}", name, f"{got!r}, expected {wanted!r}")

    for truth, report in zip(truths, reports):
        name, event = truth["file"], primary(report) or {}
        if truth["faulting_function"]:
            wanted = function(truth["faulting_function"])
            symbols = [function((e.get("ip") or {}).get("symbol")) for e in report["events"]]
            got = function((event.get("ip") or {}).get("symbol"))
            count("function", name, got == wanted, got, wanted)
            count("function in any event", name, wanted in symbols, symbols[:6], wanted)
        kinds = KINDS[truth["crash_kind"]]
        count("kind", name, bool(event) and (kinds is None or event["kind"] in kinds), event.get("kind"), truth["crash_kind"])
        if truth["kernel"]:
            got = (report.get("kernel") or {}).get("release")
            count("kernel", name, got == truth["kernel"], got, truth["kernel"])
        arch = {"mips32": "mips", "ppc32": "ppc", "mips64": "mips"}.get(truth["arch"], truth["arch"])
        got = (report.get("kernel") or {}).get("arch") or ""
        count("architecture", name, got.startswith(arch) or arch.startswith(got or "?"), got, truth["arch"])
        if truth["fault_address"]:
            got = event.get("fault_address")
            count("fault address", name, got is not None and int(got, 16) == int(truth["fault_address"], 16), got, truth["fault_address"])
    aims = {"function": "95%", "kind": "92%", "kernel": "98%"}
    for what, (right, total) in figures.items():
        table.add("wild", what, right, total, aims.get(what, ""))


def score_satyr(program, corpus, table):
    folder = corpus / "satyr"
    expected = {entry["file"]: entry for entry in json.loads((folder / "expected/expected.json").read_text())}
    files = sorted(path for path in folder.iterdir() if path.is_file())
    found = function_right = function_total = 0
    for path, report in zip(files, program.reports(files)):
        found += bool(report["events"])
        if not report["events"]:
            table.failed("satyr found", path.name, "no event")
        wanted = expected.get(path.name, {}).get("first_function")
        if not wanted:
            continue
        function_total += 1
        seen = {function(frame["symbol"]) for event in report["events"] for frame in event["trace"]}
        seen |= {function(frame["symbol"]) for event in report["events"] for stack in event.get("stacks") or [] for frame in stack["trace"]}
        seen |= {function((event["ip"] or {}).get("symbol")) for event in report["events"]}
        function_right += function(wanted) in seen
        if function(wanted) not in seen:
            table.failed("satyr function", path.name, f"{wanted} in no trace")
    table.add("satyr", "crash found", found, len(files), "100%")
    table.add("satyr", "expected function in the trace", function_right, function_total, "100%")


def score_abrt(program, corpus, table):
    inputs = []
    with tempfile.TemporaryDirectory() as scratch:
        for path in sorted((corpus / "abrt/examples").glob("*.test*")):
            if path.name.endswith(".template") or path.name.endswith(".test"):
                copy = pathlib.Path(scratch, path.name)
                copy.write_bytes(path.read_bytes().replace(b":HOSTNAME:", b"host"))
                inputs.append(copy)
        reports = program.reports(inputs)
    found = 0
    for path, report in zip(inputs, reports):
        found += bool(report["events"])
        if not report["events"]:
            table.failed("abrt found", path.name, "no event")
    table.add("abrt", "crash found", found, len(inputs), "100%")


SEEDS = {  # seed -> (function, kind, fault address, issue of known_issues.jsonl) of each crash that a reader finds in it
    "000": [("_raw_spin_lock", {"null-pointer-dereference"}, 0x88, "S000")],
    "001": [("kmem_cache_free", {"null-pointer-dereference"}, 0xd0, "S001")],
    "003": [("__free_pages", {"null-pointer-dereference"}, 0x1c, "S003")],
    "004": [(None, {"bad-instruction-fetch", "null-pointer-dereference"}, 0x0, "S004")],
}


def score_seeds(program, shared, table):
    files = {path.name[:3]: path for path in sorted((shared / "seeds").glob("00*.txt"))}
    reports = dict(zip(files, program.reports(files.values())))
    functions = issues = events = 0
    for seed, crashes in SEEDS.items():
        report = reports[seed]
        event = primary(report) or {}
        for wanted, kinds, address, issue in crashes:
            events += 1
            got = function((event.get("ip") or {}).get("symbol"))
            fault = event.get("fault_address")
            right = (wanted is None or got == wanted) and event.get("kind") in kinds and fault is not None and int(fault, 16) == address
            functions += right
            if not right:
                table.failed("seeds facts", seed, f"{got} {event.get('kind')} {fault}")
            found = [known["seed"] for known in known_of(report, event)]
            issues += issue in found
            if issue not in found:
                table.failed("seeds issues", seed, f"{found}, expected {issue}")
    table.add("seeds 000 001 003 004", "function, kind and address", functions, events, "4 of 4")
    table.add("seeds 000 001 003 004", "known issue", issues, events, "4 of 4")
    report = reports["002"]
    found = [known["seed"] for event in report["events"] for known in known_of(report, event)]
    wanted = [f"S002-{number:02}" for number in range(1, 18)]
    matched = sum(issue in found for issue in wanted)
    table.add("seed 002", "crashes found", min(len(report["events"]), 17), 17, "17 of 17")
    table.add("seed 002", "each with its own issue", matched, 17, "17 of 17")
    for issue in wanted:
        if issue not in found:
            table.failed("seed 002 issues", issue, "not matched")
    if len(report["events"]) != 17:
        table.failed("seed 002 events", "002", f"{len(report['events'])} events: {[event['title'] for event in report['events']]}")


def known_of(report, event):
    """The known issues of an event, each with the seed entry that its file's name or provenance carries."""
    known = [issue for issue in report["known_issues"] if event.get("id") in (issue["events"] or [])]
    for issue in known:
        found = re.search(r"S00[0-4](-\d\d)?", json.dumps(issue.get("references")) + issue["id"] + str(issue.get("provenance")))
        issue["seed"] = found.group(0) if found else issue["id"]
    return known


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("inquest")
    parser.add_argument("shared", type=pathlib.Path)
    parser.add_argument("--list", action="store_true", help="name every input that failed")
    parser.add_argument("--only", action="append", choices=["seeds", "wild", "syzkaller", "satyr", "abrt"])
    options = parser.parse_args()
    if not (options.shared / "corpus").is_dir():
        print(f"no corpus in {options.shared}: the evaluation needs the crash-log corpora there; nothing was measured")
        return
    program, table, corpus = Program(options.inquest), Table(), options.shared / "corpus"
    parts = {
        "seeds": lambda: score_seeds(program, options.shared, table),
        "wild": lambda: score_wild(program, corpus, table),
        "syzkaller": lambda: score_syzkaller(program, corpus, table),
        "satyr": lambda: score_satyr(program, corpus, table),
        "abrt": lambda: score_abrt(program, corpus, table),
    }
    for name, run in parts.items():
        if not options.only or name in options.only:
            run()
    table.print(options.list)


if __name__ == "__main__":
    main()
