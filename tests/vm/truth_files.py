#!/usr/bin/env python3
"""Holds what `inquest exec` says of mounts, files and address spaces against what /proc said right before the crash.

usage: truth_files.py INQUEST FOLDER...

A FOLDER is one that oracle.py made: vmcore and the facts beside it. The first process reads the facts: what it opens for
that is not compared.
"""
import pathlib
import re
import sys

from truth import Complaint, ask

WITNESS = 1


def sections(path):
    """{"/proc/1/maps": text} of a file with "== PATH ==" above each part."""
    parts = re.split(r"^== (/\S+) ==\n", path.read_text(errors="replace"), flags=re.M)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def of_processes(path, name):
    told = {}
    for title, text in sections(path).items():
        if match := re.fullmatch(rf"/proc/(\d+)/{name}", title):
            told[int(match[1])] = text
    return told


def complain(what, got, told, wrong):
    if got != told:
        wrong.append(f"{what} is {got}, was {told}")


def mounts(inquest, vmcore, folder, wrong):
    """/proc/1/mounts line by line, and mountinfo of one process of each namespace."""
    spaces = ask(inquest, vmcore, "mount", "-a")["namespaces"]
    first = next(space for space in spaces if space["pid"] == WITNESS)
    told = [line.split()[:4] for line in (folder / "proc-mounts.txt").read_text().splitlines()]
    got = [mount for mount in first["mounts"] if mount["visible"]]
    complain("mount: number of mounts", len(got), len(told), wrong)
    for mount, (source, on, kind, options) in zip(got, told):
        complain(f"mount: {on}", [mount["source"], mount["on"], mount["type"]], [source, on, kind], wrong)
        if mount["options_complete"]:
            complain(f"mount: options of {on}", mount["options"], options, wrong)
        elif not options.startswith(mount["options"]):
            wrong.append(f"mount: options of {on} are {mount['options']} and more, were {options}")
    infos = of_processes(folder / "tasks-mountinfo.txt", "mountinfo")
    for space in spaces:
        told = {}
        for line in infos.get(space["pid"], "").splitlines():
            left, right = line.split(" - ")
            number, parent, device, root, on, _, *tags = left.split()
            tags = dict(tag.split(":") for tag in tags)
            told[int(number)] = (int(parent), device, root, on, right.split()[:2], tags.get("shared"), tags.get("master"))
        got = {mount["id"]: (mount["parent"], mount["device"], mount["root"], mount["on"], [mount["type"], mount["source"]],
                             mount["peer_group"] and str(mount["peer_group"]), mount["master"] and str(mount["master"]))
               for mount in space["mounts"] if mount["visible"]}
        if told:
            complain(f"mountinfo of {space['pid']}", got, told, wrong)


def files(inquest, vmcore, folder, wrong):
    text = (folder / "tasks-fd.txt").read_text(errors="replace")
    links = {(int(pid), name): target for pid, name, target in
             re.findall(r"^/proc/(\d+)/(fd/\d+|cwd|root) -> (.*)$", text, re.M)}
    infos = {}
    for title, body in sections(folder / "tasks-fd.txt").items():
        if match := re.fullmatch(r"/proc/(\d+)/fdinfo/(\d+)", title):
            infos[int(match[1]), int(match[2])] = dict(re.findall(r"^(\w+):\t(\w+)$", body, re.M))
    told = {key: target for key, target in links.items() if key[0] != WITNESS}
    got = {}
    for task in ask(inquest, vmcore, "foreach", "gleader", "files")["tasks"]:
        pid = task["pid"]
        if pid in (0, WITNESS) or task["state"] == "ZO":
            continue
        got.update({(pid, "cwd"): task["cwd"], (pid, "root"): task["root"]})
        for file in task["files"]:
            got[pid, f"fd/{file['fd']}"] = file["path"]
            info = infos.get((pid, file["fd"]), {})
            for name, value in (("pos", str(file["position"])), ("flags", file["flags"]), ("mnt_id", str(file["mount"])),
                                ("ino", str(file["inode_number"]))):
                if name in info and not (name == "pos" and "/proc" in file["path"]):
                    complain(f"files: {name} of {pid} fd {file['fd']} {file['path']}", value, info[name], wrong)
    for key in sorted(told.keys() | got.keys()):
        complain(f"files: {key}", got.get(key), told.get(key), wrong)


def main():
    inquest, *folders = sys.argv[1:]
    failed = 0
    for folder in map(pathlib.Path, folders):
        wrong = []
        for check in (mounts, files):
            try:
                check(inquest, folder / "vmcore", folder, wrong)
            except Complaint as complaint:
                wrong.append(str(complaint))
        failed += bool(wrong)
        print(f"{'FAILED' if wrong else 'ok':7}{folder.name}")
        for sentence in wrong[:20]:
            print(f"       {sentence[:400]}")
        if len(wrong) > 20:
            print(f"       and {len(wrong) - 20} more")
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    sys.exit(main())
