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


# Entries of known_issues.jsonl -> the issue of knowledge/ that states the same, corrected where it was wrong.
SEED_ISSUES = {
    "S000": "ovl-dentry-refcount-leak", "S001": "ext4-inode-not-on-slab-page", "S003": "ceph-read-frees-null-page",
    "S004": "xfs-recycled-inode-get-link", "S002-01": "panic-on-oom", "S002-02": "tcp-syncookie-af-specific",
    "S002-03": "sysrq-crash", "S002-04": "intel-pstate-divide-error", "S002-05": "oom-killer-at-work",
    "S002-06": "css-released-twice", "S002-07": "cdev-module-put", "S002-08": "memcg-cache-id-missing",
    "S002-09": "blk-mq-timeout-flush-request", "S002-10": "eudp-cdev-kobject", "S002-11": "tampercore-filp-close",
    "S002-12": "root-fs-not-found", "S002-13": "virtio-blk-ioctl-after-unplug", "S002-14": "oom-no-killable-process",
    "S002-15": "memcg-cache-destroyed-in-use", "S002-16": "pidns-get-exiting-task", "S002-17": "tampercore-unloaded-text",
}
# seed -> function, kind and fault address of the crash that a reader finds in it, and its issue
SEEDS = {
    "000": ("_raw_spin_lock", {"null-pointer-dereference"}, 0x88, "S000"),
    "001": ("kmem_cache_free", {"null-pointer-dereference"}, 0xd0, "S001"),
    "003": ("__free_pages", {"null-pointer-dereference"}, 0x1c, "S003"),
    "004": (None, {"bad-instruction-fetch", "null-pointer-dereference"}, 0x0, "S004"),
}


def score_seeds(program, shared, table):
    files = {path.name[:3]: path for path in sorted((shared / "seeds").glob("00*.txt"))}
    reports = dict(zip(files, program.reports(files.values())))
    facts = issues = 0
    for seed, (wanted, kinds, address, issue) in SEEDS.items():
        event = primary(reports[seed]) or {}
        got, fault = function((event.get("ip") or {}).get("symbol")), event.get("fault_address")
        right = (wanted is None or got == wanted) and event.get("kind") in kinds and fault is not None and int(fault, 16) == address
        facts += right
        if not right:
            table.failed("seeds facts", seed, f"{got} {event.get('kind')} {fault}")
        found = issues_of(reports[seed], event)
        issues += SEED_ISSUES[issue] in found
        if SEED_ISSUES[issue] not in found:
            table.failed("seeds issues", seed, f"{found}, expected {SEED_ISSUES[issue]}")
    table.add("seeds 000 001 003 004", "function, kind and address", facts, len(SEEDS), "all")
    table.add("seeds 000 001 003 004", "known issue", issues, len(SEEDS), "all")
    # Seed 002: one paste after the other, each of another machine.
    report = reports["002"]
    pastes = [entry for entry in SEED_ISSUES if entry.startswith("S002-")]
    found = [issue for event in report["events"] for issue in issues_of(report, event)]
    matched = [entry for entry in pastes if SEED_ISSUES[entry] in found]
    table.add("seed 002", "crashes found", min(len(report["events"]), len(pastes)), len(pastes), "all")
    table.add("seed 002", "each with its own issue", len(matched), len(pastes), "all")
    for entry in sorted(set(pastes) - set(matched)):
        table.failed("seed 002 issues", entry, f"{SEED_ISSUES[entry]} not matched")


def issues_of(report, event):
    return [issue["id"] for issue in report["known_issues"] if event.get("id") in (issue["events"] or [])]


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
