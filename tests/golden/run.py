#!/usr/bin/env python3
"""Golden tests: what the whole program prints for sample logs and for its help.

usage: run.py INQUEST [--update] [NAME...]

samples/NAME.log is one input. samples/NAME.FORMAT beside it (text, brief, json, jsonl, markdown, html) is the exact
standard output of `inquest report --format FORMAT NAME.log`; the first line of NAME.text is the exit status. Every
sample's JSON is validated against docs/report-schema.json, golden or not.
commands/NAME.args holds the words of a command line, one a line, and commands/NAME.out what they print.
--update writes what the program prints now: read each change before you commit it. It makes NAME.text for every
sample, and rewrites the other formats where they exist.
"""
import argparse
import concurrent.futures
import difflib
import json
import os
import pathlib
import subprocess
import sys
import xml.sax.saxutils

import jsonschema

HERE = pathlib.Path(__file__).resolve().parent
SCHEMA = HERE.parent.parent / "docs/report-schema.json"
FORMATS = {
    "text": ["--format", "text"],
    "brief": ["--brief"],
    "json": ["--format", "json"],
    "jsonl": ["--format", "jsonl"],
    "markdown": ["--format", "markdown"],
    "html": ["--format", "html"],
}
LIMIT = 60  # seconds, sanitizers included


def run(inquest, words, folder):
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    environment.pop("COLUMNS", None)
    done = subprocess.run([inquest, *words], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=LIMIT)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def transcript(status, out, err):
    """Status, talk and answer in one text, so that one golden file holds them all."""
    return f"exit status {status}\n" + "".join(f"stderr: {line}\n" for line in err.splitlines()) + out


def pretty(text):
    """JSON with one member a line: a golden file whose changes can be read."""
    return json.dumps(json.loads(text), indent=1, ensure_ascii=False) + "\n"


def compare(expected_path, actual, update):
    if update:
        expected_path.write_text(actual)
        return ""
    expected = expected_path.read_text() if expected_path.exists() else ""
    if expected == actual:
        return ""
    return "".join(difflib.unified_diff(expected.splitlines(True), actual.splitlines(True),
                                        str(expected_path.relative_to(HERE)), "this run"))


def check_sample(inquest, log, validator, update):
    """The differences, "" for none, of one sample in each of its formats."""
    problems = []
    for name, options in FORMATS.items():
        golden = log.with_suffix("." + name)
        if not golden.exists() and name not in ("text", "json"):
            continue
        status, out, err = run(inquest, ["report", *options, log.name], log.parent)
        if status not in (0, 1, 3):
            problems.append(f"{log.name} as {name}: exit status {status}\n{err}\n")
            continue
        if name == "json":
            problems += [f"{log.name} as json: {'/'.join(map(str, error.path))}: {error.message}\n"
                         for error in validator.iter_errors(json.loads(out))]
            out = pretty(out)
        if golden.exists() or name == "text":
            problems.append(compare(golden, transcript(status, out, err) if name == "text" else out, update))
    return "".join(problems)


def check_command(inquest, words_file, update):
    status, out, err = run(inquest, words_file.read_text().splitlines(), words_file.parent)
    return compare(words_file.with_suffix(".out"), transcript(status, out, err), update)


def write_results(folder, results):
    """The file from which ./check takes its counts."""
    failures = sum(1 for problem in results.values() if problem)
    cases = "".join(f"<testcase name={xml.sax.saxutils.quoteattr(name)}/>\n" for name in results)
    (pathlib.Path(folder) / "golden.xml").write_text(
        f'<testsuites tests="{len(results)}" failures="{failures}">\n{cases}</testsuites>\n')


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("inquest", type=pathlib.Path)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--update", action="store_true")
    options = parser.parse_args()
    inquest = options.inquest.resolve()
    schema = json.loads(SCHEMA.read_text())
    validator = jsonschema.validators.validator_for(schema)(schema)

    def wanted(path):
        return not options.names or path.stem in options.names

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = {path.stem: pool.submit(check_sample, inquest, path, validator, options.update)
                for path in sorted((HERE / "samples").glob("*.log")) if wanted(path)}
        jobs |= {"command " + path.stem: pool.submit(check_command, inquest, path, options.update)
                 for path in sorted((HERE / "commands").glob("*.args")) if wanted(path)}
        results = {name: job.result() for name, job in jobs.items()}
    if not results:
        print("no such golden test", file=sys.stderr)
        return 1
    if folder := os.environ.get("INQUEST_TEST_RESULTS"):
        write_results(folder, results)
    failed = [name for name, problem in results.items() if problem]
    for name in failed:
        print(results[name])
    print(f"{len(results) - len(failed)} golden tests passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
