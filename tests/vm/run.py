#!/usr/bin/env python3
"""Crashes real kernels under QEMU and compares what `inquest report` says with what was planted.

usage: run.py INQUEST WORKDIR [--keep FILE-DIR] [SCENARIO...]

WORKDIR keeps the kernels between runs. Needs qemu-system-x86_64, busybox (static), gcc-12, make, cpio; no KVM.
"""
import argparse
import concurrent.futures
import json
import pathlib
import re
import subprocess
import sys
import time

from guest import WITH_OWN_MODULES, build_modules, fetch_kernel, make_root, pack, qemu
from scenarios import SCENARIOS

BOOT_LIMIT = 120  # seconds; a boot takes about 5
COMPILER_SUFFIX = re.compile(r"(\.(isra|constprop|part|cold)[.\d]*)+$")
APPLETS = "sh mount cat echo insmod rmmod tail sleep poweroff"


def boot(kernel, scenario, console):
    """Runs one scenario to its end; its serial console is what a person would have captured."""
    command = qemu(kernel, console, "384M", f"panic=-1 panic_on_oops=1 scenario={scenario}")
    if scenario != "no-root":
        command += ["-initrd", str(kernel / "initramfs")]
    started = time.monotonic()
    subprocess.run(command, timeout=BOOT_LIMIT, check=True, stdin=subprocess.DEVNULL)
    return time.monotonic() - started


def check_event(event, expectation, console):
    """What is wrong with the event, as sentences."""
    kind, function, causes, more = expectation
    wrong = []
    if event["kind"] != kind:
        wrong.append(f"kind {event['kind']}, planted {kind}")
    ip = event.get("ip") or {}
    if function and COMPILER_SUFFIX.sub("", ip.get("symbol") or "") != function:
        wrong.append(f"function {ip.get('symbol')}, planted {function}")
    if function and ip.get("symbol") and ip.get("offset") is not None:
        printed = f"{ip['symbol']}+{hex(int(ip['offset'], 16) if isinstance(ip['offset'], str) else ip['offset'])}/"
        if printed not in console:
            wrong.append(f"{printed} is nowhere in the console")
    verdict = event["verdict"] or {}
    if verdict.get("cause") not in causes:
        sure = (verdict.get("confidence") or 0) >= 0.8
        wrong.append(f"cause {verdict.get('cause')}{' (said confidently)' if sure else ''}, planted {sorted(causes)}: {verdict.get('summary')}")
    if "fault_address" in more and (event.get("fault_address") is None or int(event["fault_address"], 16) != more["fault_address"]):
        wrong.append(f"fault address {event.get('fault_address')}, planted {more['fault_address']:#x}")
    if "guilty" in more and (event.get("guilty") or {}).get("function") != more["guilty"]:
        wrong.append(f"guilty {(event.get('guilty') or {}).get('function')}, planted {more['guilty']}")
    if "repeats" in more and event.get("repeats") != more["repeats"]:
        wrong.append(f"repeats {event.get('repeats')}, planted {more['repeats']}")
    return wrong


def check(inquest, scenario, console, release):
    done = subprocess.run([inquest, "report", "--format", "json", console], capture_output=True, timeout=60)
    if done.returncode != 0:
        return [f"exit status {done.returncode}: {done.stderr.decode()}"]
    report, text = json.loads(done.stdout), console.read_text(errors="replace")
    expected = SCENARIOS[scenario][1]
    wrong = []
    if (report["kernel"] or {}).get("release") != release:
        wrong.append(f"kernel {(report['kernel'] or {}).get('release')}, booted {release}")
    events = [event for event in report["events"]]
    if len(events) != len(expected):
        wrong.append(f"{len(events)} events, planted {len(expected)}: {[event['title'] for event in events]}")
    for event, expectation in zip(events, expected):
        wrong += [f"event {event['id']} ({event['title']}): {sentence}" for sentence in check_event(event, expectation, text)]
    if events and not events[-1]["primary"] and scenario != "survivable":
        wrong.append("the last event is what ended the machine, but is not primary")
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("inquest")
    parser.add_argument("workdir", type=pathlib.Path)
    parser.add_argument("scenario", nargs="*", default=[])
    options = parser.parse_args()
    names = options.scenario or list(SCENARIOS)
    options.workdir.mkdir(parents=True, exist_ok=True)
    kernels = {}
    for suite in sorted({SCENARIOS[name][0] for name in names}):
        kernel = fetch_kernel(options.workdir, suite)
        make_root(kernel / "root", "init", APPLETS, build_modules(kernel) if suite in WITH_OWN_MODULES else [])
        pack(kernel / "root", kernel / "initramfs")
        kernels[suite] = kernel
    failed = 0

    def run(name):
        kernel, console = kernels[SCENARIOS[name][0]], options.workdir / f"{name}.console"
        seconds = boot(kernel, name, console)
        return name, seconds, check(options.inquest, name, console, (kernel / "release").read_text().strip())

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for name, seconds, wrong in pool.map(run, names):
            failed += bool(wrong)
            print(f"{'FAILED' if wrong else 'ok':7}{name:12} {seconds:5.1f} s   {len(SCENARIOS[name][1])} planted")
            for sentence in wrong:
                print(f"       {sentence}")
    print(f"vm: {len(names) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
