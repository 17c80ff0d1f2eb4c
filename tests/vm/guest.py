"""What the guests of run.py and dumps.py share: their modules, their initramfs, their machine."""
import lzma
import pathlib
import re
import shutil
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
# QEMU 7.2's cmpxchg16b corrupts EFLAGS where 6.12 and later use it.
CPU = "max,la57=off,-cx16"
# Suites whose headers gcc-12 can build modules with.
WITH_OWN_MODULES = ("bullseye", "bookworm")


def is_arm64(kernel):
    return kernel.name.endswith("-arm64")


def fetch_kernel(workdir, suite, headers=False):
    """The folder with the suite's kernel, its modules, and what building our own takes; all scripts here share it."""
    kernel = (workdir / suite).resolve()
    more = ["headers"] if headers or suite in WITH_OWN_MODULES else []
    more += ["busybox"] if is_arm64(kernel) else []
    subprocess.run([HERE / "kernel.sh", suite, kernel, "modules", *more], check=True)
    return kernel


def run_here(kbuild, tools):
    """Makes the programs of that kbuild run on this machine, whose C library is older: each by forky's loader."""
    loader, libraries = tools / "lib64/ld-linux-x86-64.so.2", tools / "lib"
    for program in [path for path in kbuild.rglob("*") if path.is_file() and not path.is_symlink() and path.suffix != ".elf"]:
        with open(program, "rb") as file:
            if file.read(4) != b"\x7fELF" or not program.stat().st_mode & 0o100:
                continue
        real = program.with_name(f"{program.name}.elf")
        program.rename(real)
        program.write_text(f'#!/bin/sh\nexec {loader} --library-path {libraries} --argv0 "$0" {real} "$@"\n')
        program.chmod(0o755)


def build_modules(kernel, names=("shelf", "lodger", "sieve")):
    """Our own modules for the kernel in that folder, as files with debug information. From trixie on with BTF, too."""
    release, suite = (kernel / "release").read_text().strip(), kernel.name.removesuffix("-arm64")
    work, headers = kernel / "modules", kernel / "hdr/usr/src"
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(HERE / "modules", work)
    common = next(headers.glob("linux-headers-*-common"))
    # What runs here is amd64's, also for another architecture.
    kbuild = next((kernel.with_name(suite) / "hdr/usr/lib").glob("linux-kbuild-*"))
    arguments = ["CC=gcc-12"]
    if is_arm64(kernel):
        arguments = ["ARCH=arm64", "CROSS_COMPILE=aarch64-linux-gnu-", "CC=aarch64-linux-gnu-gcc-12"]
    if suite not in WITH_OWN_MODULES:
        tools = kernel.with_name("tools")
        subprocess.run([HERE / "tools.sh", tools], check=True)
        run_here(kbuild, tools)
        pahole = work / "pahole"
        pahole.write_text(f'#!/bin/sh\nexec {tools}/lib64/ld-linux-x86-64.so.2 --library-path {tools}/lib {tools}/bin/pahole "$@"\n')
        pahole.chmod(0o755)
        # gcc-12 lacks one option that theirs has, and some attributes, which it would warn of.
        arguments += [f"PAHOLE={pahole}", "CONFIG_CC_HAS_MIN_FUNCTION_ALIGNMENT=", "KCFLAGS=-Wno-attributes",
                      f"KBUILD_OUTPUT={headers}/linux-headers-{release}"]
    # The headers' own Makefile names its common part and its tools by absolute paths that are not installed here.
    for name in ("scripts", "tools"):
        for folder in (headers / f"linux-headers-{release}", common):
            link = folder / name
            if link.is_symlink():
                link.unlink()
                link.symlink_to(kbuild / name)
    subprocess.run(["make", "-s", "-C", headers / f"linux-headers-{release}", "-f", common / "Makefile", f"M={work}", *arguments, "modules"],
                   check=True, stdout=subprocess.DEVNULL)
    return [work / f"{name}.ko" for name in names]


def stock_modules(kernel, names):
    """The kernel's own modules of these names as (name, contents), each behind those that it needs; what the kernel
    has built in is left out."""
    files = {path.name.split(".ko")[0].replace("-", "_"): path for path in (kernel / "lib/modules").rglob("*.ko*")}
    found = {}

    def add(name):
        path = files.get(name.replace("-", "_"))
        if path is None or path in found:
            return
        contents = path.read_bytes()
        if path.suffix == ".xz":
            contents = lzma.decompress(contents)
        elif path.suffix == ".zst":
            contents = subprocess.run(["zstd", "-dcq", path], check=True, stdout=subprocess.PIPE).stdout
        for needed in re.search(rb"\0depends=([^\0]*)", contents)[1].decode().split(","):
            add(needed)
        found[path] = contents

    for name in names:
        add(name)
    return [(path.name.split(".ko")[0] + ".ko", contents) for path, contents in found.items()]


def make_root(root, init, applets, modules=(), busybox=None, strip="strip"):
    """A root file system with busybox and these of our own modules, emptied before."""
    shutil.rmtree(root, ignore_errors=True)
    for name in ("bin", "dev", "mnt", "proc", "sys", "tmp"):
        (root / name).mkdir(parents=True)
    shutil.copy(busybox or shutil.which("busybox"), root / "bin/busybox")
    for applet in applets.split():
        (root / "bin" / applet).symlink_to("busybox")
    shutil.copy(HERE / init, root / "init")
    (root / "init").chmod(0o755)
    for module in modules:
        subprocess.run([strip, "--strip-debug", "-o", root / module.name, module], check=True)


def pack(root, archive):
    names = "\n".join(str(path.relative_to(root)) for path in sorted(root.rglob("*")))
    with open(archive, "wb") as file:
        subprocess.run(["cpio", "-o", "-H", "newc", "--quiet"], input=names.encode(), cwd=root, stdout=file, check=True)


def qemu(kernel, console, memory, arguments, cpu=CPU, cpus=2):
    """The command that boots the kernel in that folder; no KVM, no network."""
    # QEMU 7.2 garbles the notes of a guest with SVE. PAC is on.
    machine = ["qemu-system-aarch64", "-M", "virt,gic-version=3", "-cpu", "max,sve=off,sme=off"] if is_arm64(kernel) else \
        ["qemu-system-x86_64", "-cpu", cpu]
    terminal = "ttyAMA0" if is_arm64(kernel) else "ttyS0"
    return [*machine, "-accel", "tcg,thread=multi", "-m", memory, "-smp", str(cpus), "-nodefaults",
            "-display", "none", "-no-reboot", "-kernel", str(kernel / "vmlinuz"), "-serial", f"file:{console}",
            # An emulated timer that a busy host delays is no broken one, which the kernel would panic for.
            "-append", f"console={terminal},115200 no_timer_check {arguments}"]
