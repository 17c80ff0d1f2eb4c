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


def address_spaces(inquest, vmcore, folder, wrong):
    """maps line by line; VmRSS and its parts within what each CPU or thread may keep to itself."""
    maps = of_processes(folder / "tasks-maps.txt", "maps")
    told_status = {}
    for title, text in sections(folder / "tasks-status.txt").items():
        match = re.fullmatch(r"/proc/(\d+)/task/(\d+)/status", title)
        if match and match[1] == match[2]:
            told_status[int(match[1])] = {name: int(value) for name, value in re.findall(r"^(\w+):\s+(\d+) kB$", text, re.M)}
    for task in ask(inquest, vmcore, "foreach", "gleader", "vm")["tasks"]:
        pid = task["pid"]
        if pid == 0 or pid not in maps:
            continue
        told = [re.sub(r" {2,}", " ", line).strip() for line in maps[pid].splitlines()
                if not line.endswith("[vsyscall]")]
        got = [f"{int(one['start'], 16):08x}-{int(one['end'], 16):08x} {one['permissions']} {one['offset']:08x} "
               f"{one['device']} {one['inode']} {one['name']}".strip() for one in task["mappings"]]
        complain(f"vm: mappings of {pid} {task['comm']}", got, told, wrong)
        facts = told_status.get(pid, {})
        if pid == WITNESS or not task["exact"] or "VmRSS" not in facts:
            continue
        complain(f"vm: size of {pid}", task["total"], facts["VmSize"], wrong)
        complain(f"vm: page tables of {pid}", task["page_tables"], facts["VmPTE"], wrong)
        for name, member in (("RssAnon", "anon"), ("RssFile", "file"), ("RssShmem", "shmem"), ("VmSwap", "swap")):
            if facts[name] not in (max(task["counted"][member], 0), task["exact"][member]):
                wrong.append(f"vm: {member} of {pid} is {task['counted'][member]} or {task['exact'][member]} kB, was {facts[name]}")


def settings(inquest, vmcore, folder, wrong):
    """Every setting is found; the value of each that is not computed is the one of /proc/sys."""
    changing = re.compile(r"max_newidle_lb_cost|^kernel\.random\.|^kernel\.printk$|^kernel\.ns_last_pid$")
    got = {one["name"]: one["value"] for one in ask(inquest, vmcore, "sysctl", "-a")["settings"]}
    known = 0
    for title, text in sections(folder / "proc-sys.txt").items():
        name = title.removeprefix("/proc/sys/").replace(".", "\0").replace("/", ".").replace("\0", "/")
        if name not in got:
            wrong.append(f"sysctl: {name} is missing")
        elif got[name] is not None and not changing.search(name):
            known += 1
            complain(f"sysctl: {name}", got[name], text.removesuffix("\n"), wrong)
    if known < 500:
        wrong.append(f"sysctl: only {known} values are told")


def control_groups(inquest, vmcore, folder, wrong):
    """Limits, counts and events; memory in use within the charges that each CPU keeps to itself (64 pages)."""
    told = {}
    for title, text in sections(folder / "cgroup.txt").items():
        path, name = title.removeprefix("/sys/fs/cgroup").rsplit("/", 1)
        told.setdefault(path or "/", {})[name] = text.strip()
    unified = next(one for one in ask(inquest, vmcore, "cgroup", "-p")["hierarchies"] if one["unified"])
    got = {group["path"]: group for group in unified["groups"] if group["online"]}
    complain("cgroup: groups", sorted(got), sorted(told), wrong)

    def number(text):
        return None if text == "max" else int(text)

    for path in got.keys() & told.keys():
        group, files = got[path], told[path]
        complain(f"cgroup: threads of {path}", group["pids_in_it"], sorted(map(int, files["cgroup.threads"].split())), wrong)
        for member, name in (("min", "memory.min"), ("low", "memory.low"), ("high", "memory.high"), ("max", "memory.max"),
                             ("swap_max", "memory.swap.max"), ("swap", "memory.swap.current"), ("peak", "memory.peak")):
            if name in files:
                complain(f"cgroup: {name} of {path}", group["memory"][member], number(files[name]), wrong)
        if "memory.events" in files:
            events = {name: int(count) for name, count in (line.split() for line in files["memory.events"].splitlines())}
            for member in ("high", "oom", "oom_kill"):
                complain(f"cgroup: {member} events of {path}", group["memory"][f"events_{member}"], events[member], wrong)
            # A group at its limit is reclaimed from between the reading and the crash.
            since = group["memory"]["events_max"] - events["max"]
            if not 0 <= since <= 10:
                wrong.append(f"cgroup: max events of {path} are {group['memory']['events_max']}, were {events['max']}")
            if since == 0 and abs(group["memory"]["current"] - int(files["memory.current"])) > 2 * 64 * 4096:
                wrong.append(f"cgroup: memory of {path} is {group['memory']['current']}, was {files['memory.current']}")
        for member, name in (("current", "pids.current"), ("max", "pids.max")):
            if name in files:
                complain(f"cgroup: {name} of {path}", group["pids"][member], number(files[name]), wrong)


def devices(inquest, vmcore, folder, wrong):
    """Numbers of devices, System V IPC, and the numbered lines of /proc/interrupts."""
    found = ask(inquest, vmcore, "dev")
    text = (folder / "proc-devices.txt").read_text()
    told = [sorted(tuple(line.split(None, 1)) for line in part.splitlines()[1:]) for part in text.split("\n\n")]
    for kind, lines in zip(("character", "block"), told):
        # A name that several drivers register the minors of one major under stands once a registration.
        complain(f"dev: {kind}", sorted((str(one["major"]), one["name"]) for one in found[kind]), lines, wrong)
    objects = {}
    for space in ask(inquest, vmcore, "ipcs")["namespaces"]:
        for one in space["objects"]:
            objects.setdefault(one["kind"], []).append(one)
    for kind, member, column in (("shm", "size", 3), ("msg", "count", 4), ("sem", "size", 3)):
        lines = [line.split() for line in (folder / f"proc-sysvipc-{kind}.txt").read_text().splitlines()[1:]]
        complain(f"ipcs: {kind}", sorted([str(one["key"]), str(one["id"]), one["mode"], str(one[member])]
                                         for one in objects.get(kind, [])),
                 sorted([*line[:3], line[column]] for line in lines), wrong)
    got = {one["irq"]: one for one in ask(inquest, vmcore, "irq")["interrupts"]}
    for line in (folder / "proc-interrupts.txt").read_text().splitlines()[1:]:
        words = line.split()
        number = words[0].rstrip(":")
        if not number.isdigit():
            continue
        one = got.pop(int(number), None)
        if one is None:
            wrong.append(f"irq: {number} is missing")
            continue
        counts = list(map(int, words[1:1 + len(one["counts"])]))
        complain(f"irq: chip of {number}", one["chip"], words[1 + len(counts)], wrong)
        complain(f"irq: handlers of {number}", ", ".join(action["name"] for action in one["actions"]), line.split("  ")[-1].strip(), wrong)
        # The disk that the facts went to and the console interrupted since.
        if not all(0 <= now - then < 10000 for now, then in zip(one["counts"], counts)):
            wrong.append(f"irq: counts of {number} are {one['counts']}, were {counts}")
    complain("irq: not in /proc/interrupts", sorted(got), [], wrong)


def timers(inquest, vmcore, folder, wrong):
    """High-resolution timers that were far off and the tree of each clock, as /proc/timer_list had them."""
    told, cpu, clock = [], None, None
    text = (folder / "proc-timer_list.txt").read_text()
    now = int(re.search(r"^now at (\d+) nsecs", text, re.M)[1])
    for line in text.splitlines():
        if match := re.match(r"cpu: (\d+)", line):
            cpu = int(match[1])
        elif match := re.match(r" clock (\d+):", line):
            clock = int(match[1])
        elif match := re.match(r" #\d+: <\w+>, (\S+), S:", line):
            function = match[1]
        elif match := re.match(r" # expires at (\d+)-(\d+) nsecs", line):
            told.append((cpu, clock, int(match[2]), function))
    far = now + 60 * 10**9
    got = [(one["cpu"], one["clock"], one["expires"], one["function"].split(" ")[0]) for one in ask(inquest, vmcore, "timer", "-r")["timers"]]
    complain("timer: far off", [one for one in got if one[1] == 0 and one[2] > far],
             [one for one in told if one[1] == 0 and one[2] > far], wrong)
    wheel = ask(inquest, vmcore, "timer")
    if not 10 <= len(wheel["timers"]) <= 10000 or not all(one["function"] for one in wheel["timers"]):
        wrong.append(f"timer: {len(wheel['timers'])} in the wheel, or without a function")


def main():
    inquest, *folders = sys.argv[1:]
    failed = 0
    for folder in map(pathlib.Path, folders):
        wrong = []
        for check in (mounts, files, address_spaces, settings, control_groups, devices, timers):
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
