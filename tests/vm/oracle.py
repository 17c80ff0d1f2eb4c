#!/usr/bin/env python3
"""Makes dumps that have their truth beside them: what /proc and /sys said right before the crash.

usage: oracle.py WORKDIR [--big] [SUITE...]

WORKDIR/SUITE (with --big WORKDIR/SUITE-big) then holds vmcore-l31 (makedumpfile -l -d 31), dmesg, console, and what
oracle/witness.c told: proc-*.txt, tasks-*.txt, cgroup.txt, slab.txt, kallsyms, modules, tasks ... The guest has swap in
use, overlay and bind mounts, files on a disk and in memory, hugetlb pages, control groups one of which is at its limit,
tasks asleep in every kind of place; the big one (8 GB) 3,000 tasks, two million dentries and fragmented slabs, and
also vmcore-l1, all its memory. WORKDIR keeps kernels and tools. Needs what dumps.py needs, and libc6-dev for static programs.
"""
import argparse
import pathlib
import shutil
import subprocess
import tarfile
import time

from dumps import add_modules, add_tools, teach_makedumpfile
from guest import HERE, make_root, pack, qemu

APPLETS = "sh mount umount cat echo insmod sleep poweroff sync tr dd mkdir mkswap swapon sysctl ip tail"
MODULES = ["virtio_pci", "virtio_blk", "ext4", "overlay", "qemu_fw_cfg"]
SUITES = ["bookworm", "bullseye", "trixie", "forky"]
NORMAL = {"memory": "1G", "crashkernel": "192M", "formats": "l/31,l/1", "witness": 64, "limit": 400, "disk": "2G",
          "inhabit": "crowd/60,shared/8,names/20000,files/3000,messages/3000"}
BIG = {"memory": "8G", "crashkernel": "512M", "formats": "l/31,l/1", "witness": 192, "limit": 3000, "disk": "12G",
       "inhabit": "crowd/3000,shared/64,files/300000,messages/60000,names/1800000"}


def build_programs(folder):
    """witness and inhabit, static."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, sources in (("witness", ["witness.c"]), ("inhabit", ["inhabit.c", "sleepers.c"])):
        subprocess.run(["gcc-12", "-static", "-O1", "-pthread", "-Wall", "-Wno-unused-result", "-o", folder / name,
                        *(HERE / "oracle" / source for source in sources)], check=True)
    return [folder / "witness", folder / "inhabit"]


def prepare(workdir, suite):
    """The folder with the suite's kernel and the initramfs of its guest."""
    kernel, tools = workdir / "kernels" / suite, workdir / "tools"
    subprocess.run([HERE / "kernel.sh", suite, kernel, "modules"], check=True)
    subprocess.run([HERE / "tools.sh", tools], check=True)
    capture, root = kernel / "capture", kernel / "root"
    for folder, programs in ((capture, ["makedumpfile"]), (root, ["kexec"])):
        make_root(folder, "oracle/init", APPLETS)
        add_tools(folder, tools, programs)
        add_modules(folder, kernel, MODULES)
    teach_makedumpfile(capture / "bin/makedumpfile", (kernel / "release").read_text())
    for program in build_programs(workdir / "programs"):
        shutil.copy(program, root / "bin")
    for name in ("kdump", "etc"):
        (root / name).mkdir()
    pack(capture, root / "kdump/initramfs")
    shutil.copy(kernel / "vmlinuz", root / "kdump/vmlinuz")
    pack(root, kernel / "initramfs")
    return kernel


def boot(kernel, size, folder):
    """Runs the guest to its end; folder appears when all is in it."""
    work = folder.with_name(folder.name + ".part")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    disks = [work / name for name in ("facts", "dumps", "swap", "data")]
    for disk, space in zip(disks, ("1G", size["disk"], "256M", "2G"), strict=True):
        subprocess.run(["truncate", "-s", space, disk], check=True)
    for disk in (disks[1], disks[3]):
        subprocess.run(["/sbin/mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=1", "-O", "^has_journal", disk], check=True)
    arguments = " ".join(f"{name}={size[name]}" for name in ("crashkernel", "formats", "inhabit", "witness"))
    command = qemu(kernel, work / "console", size["memory"], f"log_buf_len=1M {arguments}")
    command += ["-initrd", str(kernel / "initramfs"), "-device", "vmcoreinfo",
                *(word for disk in disks for word in ("-drive", f"file={disk},format=raw,if=virtio,cache=unsafe"))]
    subprocess.run(command, check=True, timeout=size["limit"], stdin=subprocess.DEVNULL)
    with tarfile.open(disks[0]) as facts:
        facts.extractall(work)
    subprocess.run(["/sbin/debugfs", "-R", f"rdump / {work}", disks[1]], check=True, stderr=subprocess.DEVNULL)
    for disk in disks:
        disk.unlink()
    shutil.rmtree(folder, ignore_errors=True)
    work.rename(folder)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workdir", type=lambda path: pathlib.Path(path).resolve())
    parser.add_argument("--big", action="store_true")
    parser.add_argument("suite", nargs="*", default=[])
    options = parser.parse_intermixed_args()
    for suite in options.suite or (SUITES[:1] if options.big else SUITES):
        start = time.monotonic()
        folder = options.workdir / (suite + "-big" * options.big)
        boot(prepare(options.workdir, suite), BIG if options.big else NORMAL, folder)
        print(f"{folder.name}: {', '.join(path.name for path in sorted(folder.glob('vmcore-*')))}; {time.monotonic() - start:.0f} s", flush=True)


if __name__ == "__main__":
    main()
