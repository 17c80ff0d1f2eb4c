#!/usr/bin/env python3
"""Plants bugs in real kernels under QEMU and grades what `inquest report` says of the dumps.

usage: verdicts.py INQUEST WORKDIR [--full] [--keep] [--symbols] [--maker kdump|qemu] [SUITE:BUG...]

The bugs and what is true of each are in planted.py and planted_more.py. Each is graded twice: as dumped, and with the
text of the kernel's log zeroed in the dump. A field that the report leaves out is an abstention, which counts as not
right. Fails when anything wrong is said with confidence 0.8 or more, or less than 95% is right.

WORKDIR keeps the kernels between runs, and the dumps of the last one (WORKDIR/planted/SUITE/BUG, the modules with their
debug information in WORKDIR/planted/SUITE/modules). Needs what dumps.py needs, for arm64 gcc-12-aarch64-linux-gnu. One
guest at a time. Without names: a few bugs on one kernel; with --full all on all. With --keep nothing is booted: the dumps
of the last run are graded. The guest's memory is dumped by QEMU, with --full for some bugs by kexec and makedumpfile;
--maker says which for all.
"""
import argparse
import collections
import json
import os
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import time

from dumps import MODULES, add_capture, add_modules
from guest import HERE, build_modules, fetch_kernel, is_arm64, make_root, pack, qemu
from monitor import Monitor
from planted import OF_THE_KERNEL, SUITES
from planted_more import ALL as PLANTED
from truth import Complaint
from wipe_log import wipe

LIMIT = 400  # seconds; a boot takes about 8, a kdump 20, on a busy machine ten times that
PANIC_PRINTED = 10  # seconds
APPLETS = "sh mount umount cat echo insmod rmmod poweroff sleep tail tr"
OURS = ("quay", "crate", "tiller", "skiff", "loom", "kiln", "mill")
# These two leave what only the real thing shows: the registers of the fault in the notes.
KDUMPED = ("null-page", "healthy")
QUICK_BUGS = ("null-page", "unset-op", "double-kfree", "list-del-twice", "wild-text", "spin", "leak-vmalloc", "healthy")
QUICK_RUNS = [f"bookworm:{bug}" for bug in QUICK_BUGS]
FULL_RUNS = [f"{suite}:{bug}" for suite in SUITES for bug, truth in PLANTED.items() if suite in truth.suites]
COMPILER_SUFFIX = re.compile(r"(\.(isra|constprop|part|cold)[.\d]*)+$")
TARGET = 0.95
SURE = 0.8


def prepare(workdir, suite):
    """The folder with the suite's kernel and the initramfs of its guests."""
    kernel, tools = fetch_kernel(workdir, suite, headers=True), workdir / "tools"
    root, arm64 = kernel / "verdict-root", is_arm64(kernel)
    if arm64:
        fetch_kernel(workdir, suite.removesuffix("-arm64"), headers=True)
        subprocess.run([HERE / "tools.sh", tools], check=True)
    modules = build_modules(kernel, OURS)
    make_root(root, "verdict-init", APPLETS, modules, *((kernel / "busybox", "aarch64-linux-gnu-strip") if arm64 else ()))
    add_modules(root, kernel, MODULES["guest"])
    if not arm64:
        subprocess.run([HERE / "tools.sh", tools], check=True)
        add_capture(root, kernel, tools)
    pack(root, kernel / "verdict-initramfs")
    with_debug = workdir / "planted" / suite / "modules"
    with_debug.mkdir(parents=True, exist_ok=True)
    for module in modules:
        shutil.copy(module, with_debug)
    return kernel


def write_order(disk, text):
    disk.write_bytes(text.encode().ljust(1 << 20, b"\0"))


def command_of(kernel, folder, maker):
    """The machine, its first disk with the order, its second for the dump."""
    memory, arguments = ("640M", "crashkernel=192M formats=lzo") if maker == "kdump" else ("256M", "panic=0")
    command = qemu(kernel, folder / "console", memory, arguments)
    command += ["-initrd", str(kernel / "verdict-initramfs"), "-device", "vmcoreinfo", "-qmp", f"unix:{folder}/monitor,server=on,wait=off"]
    for disk in ("order", "disk"):
        command += ["-drive", f"file={folder / disk},format=raw,if=virtio,cache=unsafe"]
    return command


def start(kernel, folder, maker):
    """Boots until the guest waits for its order; the machine as it is then goes to folder/state, which boot() goes on
    from as often as there are bugs."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    write_order(folder / "order", "\n")
    subprocess.run(["truncate", "-s", "1G", folder / "disk"], check=True)
    console, end = folder / "console", time.monotonic() + LIMIT
    machine = subprocess.Popen(command_of(kernel, folder, maker), stdin=subprocess.DEVNULL)
    try:
        while not console.exists() or "ready for an order" not in console.read_text(errors="replace"):
            if machine.poll() is not None or time.monotonic() > end:
                raise TimeoutError(f"the guest does not get ready; see {console}")
            time.sleep(0.3)
        monitor = Monitor(folder / "monitor")
        monitor("stop")
        monitor("migrate", uri=f"exec:cat >{folder}/state")
        while (status := monitor("query-migrate")["status"]) != "completed":
            if status == "failed" or time.monotonic() > end:
                raise TimeoutError("QEMU did not write the machine's state")
            time.sleep(0.2)
    finally:
        machine.kill()
        machine.wait()
        (folder / "disk").unlink()
        (folder / "monitor").unlink(missing_ok=True)


def go_on(door, end):
    """Lets the machine run once its state is read."""
    while not door.exists():
        if time.monotonic() > end:
            raise TimeoutError("QEMU does not open its monitor")
        time.sleep(0.1)
    monitor = Monitor(door)
    while monitor("query-status")["status"] == "inmigrate":
        time.sleep(0.1)
    monitor("cont")
    monitor.close()


def boot(kernel, started, truth, maker, folder):
    """Goes on from what start() left, to the guest's end. The dump is folder/vmcore, what it printed folder/console."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    console, disk, dump = folder / "console", folder / "disk", folder / "vmcore"
    write_order(folder / "order", f"{truth.order} {truth.sysctl}\n")
    subprocess.run(["truncate", "-s", "1G", disk], check=True)
    subprocess.run(["/sbin/mkfs.ext4", "-q", "-F", "-O", "^has_journal", disk], check=True)
    machine = subprocess.Popen([*command_of(kernel, folder, maker), "-incoming", f"exec:cat {started}/state"], stdin=subprocess.DEVNULL)
    try:
        end, died = time.monotonic() + LIMIT, None
        go_on(folder / "monitor", end)
        while machine.poll() is None:
            time.sleep(0.2)
            text = console.read_text(errors="replace") if console.exists() else ""
            if "Kernel panic - not syncing" in text:
                died = died or time.monotonic()
            if maker == "qemu" and died and ("---[ end Kernel panic" in text or time.monotonic() > died + PANIC_PRINTED):
                monitor = Monitor(folder / "monitor")
                monitor("stop")
                monitor("dump-guest-memory", paging=False, protocol=f"file:{dump}", format="kdump-zlib")
                break
            if time.monotonic() > end:
                raise TimeoutError(f"the guest has not ended after {LIMIT} s")
    finally:
        if machine.poll() is None:
            machine.kill()
        machine.wait()
        (folder / "monitor").unlink(missing_ok=True)
        if maker == "kdump":
            subprocess.run(["/sbin/debugfs", "-R", f"dump /lzo {dump}", disk], check=True, stderr=subprocess.DEVNULL)
        for path in (disk, folder / "order"):
            path.unlink()
    return dump


def same_path(told, known):
    """Whether the member that the report names is, or lies in, or leads to, the one that is known."""
    told, known = re.sub(r"->|\[", ".", told).replace("]", "").split("."), known.split(".")
    return any(told[i:i + len(known)] == known for i in range(len(told) - len(known) + 1))


def grade_member(told, members):
    path, offset = told.get("path"), told.get("offset")
    if path:
        return "right" if any(same_path(path, known) for known, _ in members) else "wrong"
    if offset is None:
        return "abstained"
    return "right" if int(offset, 16) in [known for _, known in members] else "wrong"


def bare(name):
    """A type or a function as planted.py has it."""
    return COMPILER_SUFFIX.sub("", re.sub(r"^(struct|union) | ?\*+$", "", name))


def one_of(told, known):
    return "abstained" if told is None else "right" if bare(told) in known else "wrong"


def grade(verdict, truth, typed):
    """{field: (right, abstained or wrong, what was said)} for each field that is compared."""
    verdict = verdict or {"cause": "unknown", "object": {}, "member": {}, "suspect": {}}
    said, suspect = verdict["object"].get("type"), verdict["suspect"].get("function")
    fields = {"cause": ("abstained" if verdict["cause"] == "unknown" else one_of(verdict["cause"], truth.causes), verdict["cause"])}
    # The modules' own types are in no dump: what the report leaves out there is no abstention.
    if truth.objects and (said or typed or truth.objects[0] in OF_THE_KERNEL):
        fields["object"] = (one_of(said, truth.objects), said)
    if truth.members:
        fields["member"] = (grade_member(verdict["member"], truth.members), f"{verdict['member'].get('path')} {verdict['member'].get('offset')}")
    if truth.guilty:
        fields["guilty"] = (one_of(suspect, truth.guilty), suspect)
    if not truth.accuse:
        module = verdict["suspect"].get("module")
        fields["guilty"] = ("wrong" if suspect or module else "right", f"{suspect} [{module}]")
    return fields


def examine(inquest, dump, truth, symbols):
    """(the grade of the whole, how sure it is, the sentences on what is not right)"""
    command = [inquest, "report", "--format", "json", *(["--symbols", symbols] if symbols else []), dump]
    done = subprocess.run(command, capture_output=True, timeout=300, env={"PATH": "", "HOME": ""})
    try:
        verdict = json.loads(done.stdout)["verdict"]
    except (ValueError, KeyError):
        return "failed", 0, [f"exit status {done.returncode}: {done.stderr.decode(errors='replace')[:300]}"]
    fields = grade(verdict, truth, bool(symbols))
    grades = {grade for grade, _ in fields.values()}
    whole = "wrong" if "wrong" in grades else "abstained" if "abstained" in grades else "right"
    known = {"cause": truth.causes, "object": truth.objects, "member": truth.members, "guilty": truth.guilty}
    return whole, (verdict or {}).get("confidence") or 0, [
        f"{field}: {grade}: {said}, planted {known[field][0] if known[field] else 'none'}" for field, (grade, said) in fields.items() if grade != "right"]


def table(grades):
    """Prints a line for each kernel and log; returns whether they are good enough."""
    good = True
    print(f"{'kernel':16}{'log':9}{'right':>7}{'abstained':>11}{'wrong':>7}{'surely wrong':>14}")
    for (suite, log), found in sorted(grades.items(), key=lambda item: (SUITES.index(item[0][0]), item[0][1])):
        count = collections.Counter(found)
        wrong = count["wrong"] + count["surely wrong"] + count["failed"]
        print(f"{suite:16}{log:9}{count['right']:4}/{len(found):<3}{count['abstained']:10}{wrong:7}{count['surely wrong']:14}")
        good = good and not count["surely wrong"] and count["right"] >= TARGET * len(found)
    return good


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("inquest", type=lambda path: pathlib.Path(path).resolve())
    parser.add_argument("workdir", type=lambda path: pathlib.Path(path).resolve())
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--maker", choices=("kdump", "qemu"))
    parser.add_argument("--symbols", action="store_true", help="with the modules' debug information: types and members are compared by name")
    parser.add_argument("run", nargs="*", default=[])
    options = parser.parse_intermixed_args()
    kernels, ready, grades = {}, set(), collections.defaultdict(list)
    for run in options.run or (FULL_RUNS if options.full else QUICK_RUNS):
        suite, bug = run.split(":")
        truth, folder, shown = PLANTED[bug], options.workdir / "planted" / suite / bug, []
        dump, wiped = folder / "vmcore", folder / f"wiped-{os.getpid()}"  # with --keep others may grade the same dumps
        symbols = folder.parent / "modules" if options.symbols else None
        try:
            if not options.keep:
                if suite not in kernels:
                    kernels[suite] = prepare(options.workdir, suite)
                kernel = kernels[suite]
                # kdump fails in an emulated arm64.
                maker = "qemu" if is_arm64(kernel) else options.maker or ("kdump" if options.full and bug in KDUMPED else "qemu")
                started = folder.parent / f"start-{maker}"
                if started not in ready:
                    start(kernel, started, maker)
                    ready.add(started)
                boot(kernel, started, truth, maker, folder)
            if not dump.exists():
                raise OSError(f"the guest left no dump; see {folder}/console")
            wipe(options.inquest, dump, wiped)
            for log, file in (("there", dump), ("wiped", wiped)):
                whole, confidence, sentences = examine(options.inquest, file, truth, symbols)
                whole = "surely wrong" if whole == "wrong" and confidence >= SURE else whole
                grades[suite, log].append(whole)
                shown.append((log, whole, confidence, sentences))
        except (TimeoutError, subprocess.SubprocessError, OSError, Complaint, KeyError, IndexError, struct.error) as error:
            grades[suite, "there"].append("failed")
            grades[suite, "wiped"].append("failed")
            shown = [("-", "failed", 0, [str(error)])]
        finally:
            wiped.unlink(missing_ok=True)
        print(f"{run:34}" + "  ".join(f"{whole} ({confidence})" for _, whole, confidence, _ in shown), flush=True)
        for i, (log, _, _, sentences) in enumerate(shown):
            if i == 0 or sentences != shown[0][3]:
                for sentence in sentences:
                    print(f"       log {log}: {sentence}")
    good = table(grades)
    print(f"verdicts: {'good' if good else 'not good'} enough")
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
