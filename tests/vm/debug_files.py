#!/usr/bin/env python3
"""What debug files add to a dump, against addr2line and against the dump's own BTF: debug_files.py INQUEST DUMP VMLINUX.

VMLINUX is that of the dump's kernel, out of its -dbg package (0.3 GB, which is why no check runs this by itself).
DUMP is kdump-compressed, not flattened. Prints what differs; exit status 1 then."""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import drop_pages

STRUCTURES = ["task_struct", "module", "page", "file", "inode", "dentry", "mm_struct", "sk_buff", "rq", "super_block", "list_head",
              "kmem_cache", "zone", "net_device", "device", "bio", "request", "work_struct", "cred", "vm_area_struct"]


def ask(inquest, *arguments, symbols=None):
    command = [inquest, "exec", *(["--symbols", symbols] if symbols else []), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False).stdout


def frames(inquest, dump, symbols=None):
    return json.loads(ask(inquest, dump, "bt", "all", "--json", symbols=symbols))["tasks"]


def address_of(inquest, dump, symbol):
    return int(ask(inquest, dump, "sym", symbol).split()[0], 16)


def tail(path):
    """The last two parts: what addr2line and we write above them differs."""
    return "/".join(path.split("/")[-2:])


def lines_as_addr2line_says(inquest, dump, vmlinux):
    """Every frame of every task in the kernel itself, with what was inlined."""
    linked = int(re.search(r"^([0-9a-f]+) T _stext$", subprocess.run(["nm", vmlinux], capture_output=True, text=True,
                                                                      check=True).stdout, re.M)[1], 16)
    bias = address_of(inquest, dump, "_stext") - linked
    groups = {}  # by address looked up: our (function, file:line), innermost first
    for task in frames(inquest, dump, vmlinux):
        chain = []
        for index, frame in enumerate(task["frames"]):
            chain.append((frame["symbol"], f"{tail(frame['file'])}:{frame['line']}" if frame["file"] else None))
            if frame["inlined"]:
                continue
            exact = index == len(chain) - 1 and index == 0 or frame["context"] == "exception"
            if frame["module"] is None and frame["file"]:
                groups[int(frame["address"], 16) - bias - (0 if exact else 1)] = chain
            chain = []
    places = sorted(groups)
    told = subprocess.run(["addr2line", "-f", "-i", "-a", "-e", vmlinux, *(hex(place) for place in places)],
                          capture_output=True, text=True, check=True).stdout
    wrong = []
    for block in re.split(r"^0x", told, flags=re.M)[1:]:
        place, *rows = block.splitlines()
        expected = [tail(re.sub(r" \(discriminator.*", "", row)) for row in rows[1::2]]
        got = [line for _, line in groups[int(place, 16)]]
        if got != expected:
            wrong.append(f"{place}: {groups[int(place, 16)]}, addr2line {rows}")
    return wrong, len(places)


def physical_frames_stay(inquest, dump, vmlinux):
    strip = lambda tasks: [[frame["address"] for frame in task["frames"] if not frame["inlined"]] for task in tasks]
    return [] if strip(frames(inquest, dump)) == strip(frames(inquest, dump, vmlinux)) else ["the frames on the stack differ"]


def types_as_btf_says(inquest, dump, vmlinux, folder):
    """Layouts out of DWARF, for a copy of the dump without BTF and a vmlinux without, are those of the dump's BTF."""
    bare, plain = str(folder / "bare"), str(folder / "vmlinux")
    drop_pages.drop(dump, bare, address_of(inquest, dump, "__start_BTF"), address_of(inquest, dump, "__stop_BTF"))
    subprocess.run(["objcopy", "--rename-section", ".BTF=.was_BTF", vmlinux, plain], check=True, capture_output=True)
    wrong = []
    for name in STRUCTURES:
        layout = lambda text: [(member["name"], member["offset"], member.get("size")) for member in
                               json.loads(text).get("members", [])] if text else None
        ours, btf = (ask(inquest, which, "struct", name, "--json", symbols=file)
                     for which, file in ((bare, plain), (dump, None)))
        if layout(ours) != layout(btf):
            wrong.append(f"struct {name} differs")
    for command in (["ps"], ["mod"], ["bt"]):
        if ask(inquest, bare, *command, symbols=plain) != ask(inquest, dump, *command, symbols=vmlinux):
            wrong.append(f"{command[0]} differs without BTF")
    return wrong


def main():
    inquest, dump, vmlinux = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        wrong, places = lines_as_addr2line_says(inquest, dump, vmlinux)
        wrong += physical_frames_stay(inquest, dump, vmlinux)
        wrong += types_as_btf_says(inquest, dump, vmlinux, pathlib.Path(folder))
    print("\n".join(wrong) or f"nothing differs: {places} places, {len(STRUCTURES)} structures")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
