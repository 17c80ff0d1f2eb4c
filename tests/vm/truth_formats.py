#!/usr/bin/env python3
"""The same answers from every form of a dump: codecs, ELF, flattened, split, compressed, without VMCOREINFO; and what a
cut dump says.

    tests/vm/truth_formats.py INQUEST WORKDIR FOLDER...

A folder is one of those that dumps.py leaves: lzo, zlib, zstd, elf and flat of one moment, or qemu-elf and qemu-zlib.
Other forms are made of them in WORKDIR, by the makedumpfile that MAKEDUMPFILE names.
"""
import gzip
import os
import pathlib
import re
import resource
import shutil
import subprocess
import sys
import time

COMMANDS = [["sys"], ["bt"], ["bt", "-a"], ["ps"], ["mod"], ["log"], ["p", "init_task.comm"]]
MOST_SECONDS, MOST_BYTES = 20, 1 << 30


def ask(inquest, files, command, environment=None):
    """The answer, what stderr says, and the status."""
    done = subprocess.run([inquest, "exec", *files, *command], capture_output=True, timeout=MOST_SECONDS, env=environment)
    return done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace"), done.returncode


def answers(inquest, files, environment=None):
    found = {}
    for command in COMMANDS:
        text, _, status = ask(inquest, files, command, environment)
        text = re.sub(r"^ +(DUMP|DATE):.*\n", "", text, flags=re.M)  # the form itself; VMCOREINFO alone has the date
        found[" ".join(command)] = (text, status)
    return found


def spoil(source, target, needles):
    """A copy in which each of the byte strings has another first letter."""
    contents = bytearray(source.read_bytes())
    for needle in needles:
        at = contents.find(needle)
        while at >= 0:
            contents[at] = ord("?")
            at = contents.find(needle, at + 1)
    if contents[:8] == b"KDUMP   ":
        contents[4096 + 32:4096 + 48] = bytes(16)  # offset_vmcoreinfo, size_vmcoreinfo
    target.write_bytes(contents)
    return [target]


def split(source, workdir):
    program = os.environ.get("MAKEDUMPFILE")
    if not program:
        return None
    parts = [workdir / f"part{number}" for number in range(3)]
    for part in parts:
        part.unlink(missing_ok=True)  # makedumpfile overwrites nothing
    # A makedumpfile that is older than the kernel may refuse.
    done = subprocess.run([*program.split(), "--split", "-l", source, *parts], capture_output=True)
    return None if done.returncode else parts


def forms(folder, workdir):
    """Name, files; the first is what the others are compared with."""
    qemu = (folder / "qemu-elf").exists()
    base = folder / ("qemu-elf" if qemu else "lzo")
    yield base.name, [base]
    for name in ("qemu-zlib",) if qemu else ("zlib", "zstd", "elf", "flat"):
        yield name, [folder / name]
    yield "without the note", spoil(base, workdir / "unnoted", [b"VMCOREINFO\0"])
    if qemu:
        yield "without VMCOREINFO", spoil(base, workdir / "uninformed", [b"VMCOREINFO\0", b"OSRELEASE="])
        return
    if parts := split(folder / "elf", workdir):
        yield "split", parts
        yield "split, one named", parts[:1]
    packed = workdir / "lzo.gz"
    with open(base, "rb") as source, gzip.open(packed, "wb", compresslevel=1) as target:
        shutil.copyfileobj(source, target)
    yield "gz", [packed]


def cut(inquest, source, workdir):
    """What is wrong with the answers about a dump that ends after each quarter."""
    wrong = []
    whole = source.read_bytes()
    for quarter in range(4):
        part = workdir / "cut"
        part.write_bytes(whole[:len(whole) * quarter // 4] or b"KDUMP   ")
        for command in COMMANDS:
            started = time.monotonic()
            _, talk, status = ask(inquest, [part], command)
            if status not in (0, 3) or time.monotonic() - started > MOST_SECONDS / 2:
                wrong.append(f"cut after {quarter}/4: {command[0]} ends with {status}")
            if quarter and "is cut off after" not in talk:
                wrong.append(f"cut after {quarter}/4: {command[0]} does not say so: {talk[:100]}")
    return wrong


def main():
    inquest, workdir, folders = sys.argv[1], pathlib.Path(sys.argv[2]), [pathlib.Path(name) for name in sys.argv[3:]]
    workdir.mkdir(parents=True, exist_ok=True)
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_BYTES, MOST_BYTES))
    failed = 0
    for folder in folders:
        expected, wrong, told = None, [], []
        for name, files in forms(folder, workdir):
            found = answers(inquest, files)
            expected = expected or found
            told.append(name)
            wrong += [f"{name}: {command} differs" for command in found if found[command] != expected[command]]
        base = folder / ("qemu-zlib" if (folder / "qemu-zlib").exists() else "lzo")
        wrong += cut(inquest, base, workdir)
        failed += bool(wrong)
        print(f"{'FAILED' if wrong else 'ok':7}{folder.name}: {', '.join(told)}")
        for sentence in wrong:
            print(f"       {sentence}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
