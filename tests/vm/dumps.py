#!/usr/bin/env python3
"""Crashes real kernels under QEMU, dumps their memory, and compares what `inquest exec` says with what was true.

usage: dumps.py INQUEST WORKDIR [--full] [--keep] [SUITE:SCENARIO:MAKER...]

WORKDIR keeps the kernels between runs, and the dumps of the last one (100 MB to 1 GB each). A MAKER is kdump (kexec and
makedumpfile in the guest) or qemu (dump-guest-memory). Needs qemu-system-x86_64 (for arm64 qemu-system-aarch64), busybox
(static), gcc-12, make, cpio, e2fsprogs, binutils, strace; no KVM. One guest at a time. Without names: two kernels that
differ much, with --full all there are. With --keep nothing is booted: the dumps of the last run are compared.
"""
import argparse
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile
import time

from alone import compare_alone
from guest import CPU, HERE, WITH_OWN_MODULES, build_modules, fetch_kernel, is_arm64, make_root, pack, qemu, stock_modules
from monitor import CODE, Monitor, patch
from truth import compare

LIMIT = 400  # seconds; a boot takes about 8, a kdump 20, on a busy machine ten times that
PANIC_PRINTED = 10  # seconds
APPLETS = "sh awk mount umount cat cut echo grep ifconfig insmod mkfifo ping sleep poweroff sync tar taskset tr"
ORDER = re.compile(r"^(patch|nmi) (?:([0-9a-f]{16}) (\w+) )?now$", re.M)
KDUMP_FORMATS = "lzo,zlib,zstd,elf,flat"
MODULES = {"guest": ["qemu_fw_cfg", "virtio_pci", "virtio_blk", "ext4", "xfs", "overlay", "virtio_rng"],
           "capture": ["virtio_pci", "virtio_blk", "ext4"]}
# The scenarios are in dump-init; these two take a module of ours.
OF_A_MODULE = ("shelf", "stack")
SCENARIOS = {"kdump": ("sysrq", "patched", "shelf", "nmi", "overflow", "offline", "five-levels"),
             "qemu": ("patched", "irq", "softirq", "timer", "nmi", "nmi-user", "kretprobe", "fgraph", "ftrace", "bpf",
                      "overflow", "stack", "offline", "init")}
# Neither BPF's test program nor kdump works there, and an NMI is another thing.
ARM64_SCENARIOS = ("sysrq", "patched", "irq", "softirq", "fgraph", "offline")
RUNS = [f"{suite}:{scenario}:{maker}" for suite in ("bullseye", "bookworm", "trixie", "forky")
        for maker, scenarios in SCENARIOS.items() for scenario in scenarios
        if scenario not in OF_A_MODULE or suite in WITH_OWN_MODULES]
RUNS += [f"bookworm-arm64:{scenario}:qemu" for scenario in ARM64_SCENARIOS]
QUICK_RUNS = ["bookworm:shelf:kdump", "trixie:sysrq:kdump"]


def add_tools(root, tools, programs):
    for folder in ("lib", "lib64"):
        shutil.copytree(tools / folder, root / folder)
    for program in programs:
        shutil.copy(tools / "bin" / program, root / "bin")


def add_modules(root, kernel, names):
    (root / "modules").mkdir()
    modules = stock_modules(kernel, names)
    for name, contents in modules:
        (root / "modules" / name).write_bytes(contents)
    (root / "modules/order").write_text("".join(f"{name}\n" for name, _ in modules))


def teach_makedumpfile(program, release):
    """Linux 7.1 renamed page.compound_head in VMCOREINFO. A makedumpfile that does not know it leaves out the pages
    behind a compound page's first."""
    contents = program.read_bytes()
    series = tuple(int(part) for part in release.split(".")[:2])
    if series >= (7, 1) and b"OFFSET(page.compound_info)" not in contents:
        program.write_bytes(contents.replace(b"OFFSET(page.compound_head)=", b"OFFSET(page.compound_info)="))


def add_capture(root, kernel, tools):
    """What a guest needs that leaves a kdump: kexec, and the kernel that it starts then, with its own initramfs."""
    capture = kernel / "capture-root"
    make_root(capture, "dump-init", APPLETS)
    add_tools(capture, tools, ["makedumpfile"])
    teach_makedumpfile(capture / "bin/makedumpfile", (kernel / "release").read_text())
    add_modules(capture, kernel, MODULES["capture"])
    add_tools(root, tools, ["kexec"])
    (root / "kdump").mkdir()
    pack(capture, root / "kdump/initramfs")
    shutil.copy(kernel / "vmlinuz", root / "kdump/vmlinuz")


def prepare(workdir, suite):
    """The folder with the suite's kernel and the initramfs of its guests."""
    kernel, tools = fetch_kernel(workdir, suite), workdir / "tools"
    if is_arm64(kernel):
        root = kernel / "dump-root"
        make_root(root, "dump-init", APPLETS, busybox=kernel / "busybox")
        add_modules(root, kernel, MODULES["guest"])
        pack(root, kernel / "dump-initramfs")
        return kernel
    own = suite in WITH_OWN_MODULES
    subprocess.run([HERE / "tools.sh", tools], check=True)
    root = kernel / "dump-root"
    make_root(root, "dump-init", APPLETS, build_modules(kernel) if own else [])
    subprocess.run(["gcc-12", "-static", "-Os", "-s", "-o", root / "bin/bpf", HERE / "programs/bpf.c"], check=True)
    add_modules(root, kernel, MODULES["guest"])
    add_capture(root, kernel, tools)
    pack(root, kernel / "dump-initramfs")
    return kernel


def obey(folder, order, address, code):
    """Does what the guest asked of its host."""
    code = "arm64" if "-arm64" in folder.name else code
    if order == "patch":
        patch(folder / "gdb", int(address, 16), CODE[code])
    else:
        time.sleep(0.5)  # for the guest to be where the NMI shall hit it
        Monitor(folder / "monitor")("inject-nmi")


def boot(kernel, scenario, maker, folder):
    """Runs the guest to its end; its console, facts and dumps are in the folder then. Returns the dumps."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    disks, console = [folder / "facts", folder / "dumps"], folder / "console"
    for disk in disks:
        subprocess.run(["truncate", "-s", "1G", disk], check=True)
    subprocess.run(["/sbin/mkfs.ext4", "-q", "-F", "-O", "^has_journal", disks[1]], check=True)
    kdump = maker == "kdump"
    arguments = f"nowatchdog log_buf_len=16M printk.devkmsg=on scenario={scenario} " + \
        (f"crashkernel=192M formats={KDUMP_FORMATS}" if kdump else "panic=0")
    cpus = 3 if scenario == "offline" else 2
    cpu = CPU.replace("la57=off", "la57=on") if scenario == "five-levels" else CPU
    command = qemu(kernel, console, "640M" if kdump else "256M", arguments, cpu, cpus)
    command += ["-initrd", str(kernel / "dump-initramfs"), *(word for disk in disks for word in ("-drive", f"file={disk},format=raw,if=virtio,cache=unsafe")),
                "-device", "vmcoreinfo", "-device", "virtio-rng-pci",
                "-qmp", f"unix:{folder}/monitor,server=on,wait=off", "-gdb", f"unix:{folder}/gdb,server=on,wait=off"]
    machine = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    try:
        end, obeyed, died = time.monotonic() + LIMIT, 0, None
        while machine.poll() is None:
            time.sleep(0.3)
            text = console.read_text(errors="replace") if console.exists() else ""
            orders = ORDER.findall(text)
            for order, address, code in orders[obeyed:]:
                obey(folder, order, address, code)
            obeyed = len(orders)
            if "Kernel panic - not syncing" in text:
                died = died or time.monotonic()
            # Up to 5.10 the last lines stay in a buffer when it died in an NMI.
            if not kdump and died and ("---[ end Kernel panic" in text or time.monotonic() > died + PANIC_PRINTED):
                monitor = Monitor(folder / "monitor")
                monitor("stop")
                monitor("dump-guest-memory", paging=False, protocol=f"file:{folder}/qemu-elf")
                monitor("dump-guest-memory", paging=False, protocol=f"file:{folder}/qemu-zlib", format="kdump-zlib")
                break
            if time.monotonic() > end:
                raise TimeoutError(f"the guest has not ended after {LIMIT} s")
    finally:
        if machine.poll() is None:
            machine.kill()
        machine.wait()
        for door in ("monitor", "gdb"):
            (folder / door).unlink(missing_ok=True)
    with tarfile.open(disks[0]) as facts:
        facts.extractall(folder)
    subprocess.run(["/sbin/debugfs", "-R", f"rdump / {folder}", disks[1]], check=True, stderr=subprocess.DEVNULL)
    for disk in disks:
        disk.unlink()
    return dumps_in(folder)


def dumps_in(folder):
    return [folder / name for name in (*KDUMP_FORMATS.split(","), "qemu-elf", "qemu-zlib") if (folder / name).exists()]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("inquest", type=pathlib.Path)
    parser.add_argument("workdir", type=lambda path: pathlib.Path(path).resolve())
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("run", nargs="*", default=[])
    options = parser.parse_intermixed_args()
    failed, kernels, runs = 0, {}, options.run or (RUNS if options.full else QUICK_RUNS)
    for run in runs:
        suite, scenario, maker = run.split(":")
        folder = options.workdir / "runs" / run.replace(":", "-")
        wrong, held = [], []
        try:
            if options.keep:
                dumps = dumps_in(folder)
            else:
                if suite not in kernels:
                    kernels[suite] = prepare(options.workdir, suite)
                dumps = boot(kernels[suite], scenario, maker, folder)
            if not dumps:
                wrong.append(f"the guest left no dump; see {folder}/console")
            for i, dump in enumerate(dumps):
                held.append(dump.name)
                # Every format holds the same moment: the first is compared in everything, the others in the short things.
                wrong += [f"{dump.name}: {sentence}" for sentence in compare(options.inquest, dump, folder, thorough=i == 0)]
                if dump.name.endswith("elf"):
                    wrong += [f"{dump.name}: {sentence}" for sentence in compare_alone(options.inquest, dump, folder)]
        except (TimeoutError, subprocess.SubprocessError, OSError, tarfile.TarError) as error:
            wrong.append(str(error))
        failed += bool(wrong)
        print(f"{'FAILED' if wrong else 'ok':7}{run:24}{' '.join(held)}", flush=True)
        for sentence in wrong:
            print(f"       {sentence}")
    print(f"dumps: {len(runs) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
