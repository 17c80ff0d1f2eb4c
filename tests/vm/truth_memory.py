#!/usr/bin/env python3
"""What /proc said of memory just before the crash, against what `inquest exec` reads in the dump.

    tests/vm/truth_memory.py INQUEST FOLDER...

A folder holds a vmcore and the files of /proc as proc-NAME.txt, written by the guest as the last thing before it
crashed. Reading the files and crashing takes memory itself, so figures that move are compared with a tolerance, and the
tolerance is printed with what differs.
"""
import array
import pathlib
import re
import subprocess
import sys

import truth

# Pages that writing the files and the crash itself may take or give back; figures not named must be equal.
SLACK_KB = 2048
MOVES = {"MemFree", "MemAvailable", "Buffers", "Cached", "Active", "Inactive", "Active(anon)", "Inactive(anon)",
         "Active(file)", "Inactive(file)", "Dirty", "Writeback", "AnonPages", "Mapped", "Shmem", "KReclaimable", "Slab",
         "SReclaimable", "SUnreclaim", "KernelStack", "PageTables", "Committed_AS", "Percpu", "SwapFree", "SwapCached",
         "VmallocUsed"}
SLACK_EVENTS = 4000  # that the last reads and the crash add
SLACK_OBJECTS = 200  # of one slab cache
SLACK_GROUP = 8192  # bytes of slab of a control group: up to a page is handed in late by each CPU


def text(folder, name):
    return (folder / f"proc-{name}.txt").read_text(errors="replace")


def meminfo(inquest, dump, folder):
    told = {line.split(":")[0]: int(line.split()[1]) for line in text(folder, "meminfo").splitlines() if ":" in line}
    found = truth.ask(inquest, dump, "kmem", "-i")
    wrong = [f"kmem -i: {name} is missing, was {value}" for name, value in told.items() if name not in found]
    wrong += [f"kmem -i: {name} is {value}, the file has none" for name, value in found.items() if name not in told]
    for name in told.keys() & found.keys():
        off = found[name] - told[name]
        if abs(off) > (SLACK_KB if name in MOVES else 0):
            wrong.append(f"kmem -i: {name} is {found[name]}, was {told[name]}: {off:+}")
    return wrong


def zones_of(folder):
    zones, zone = [], None
    for line in text(folder, "zoneinfo").splitlines():
        if head := re.match(r"Node (\d+), zone +(\S+)", line):
            zone = {"node": int(head[1]), "name": head[2], "counters": {}}
            zones.append(zone)
        elif free := re.match(r"  pages free +(\d+)", line):
            zone["free"] = int(free[1])
        elif value := re.match(r" {8}(boost|min|low|high|spanned|present|managed) +(\d+)", line):
            zone[value[1]] = int(value[2])
        elif protection := re.match(r" {8}protection: \((.*)\)", line):
            zone["protection"] = [int(part) for part in protection[1].split(",")]
        elif counter := re.match(r" {6}(nr_\w+) +(\d+)", line):
            if "managed" in zone or "free" in zone:
                zone["counters"][counter[1]] = int(counter[2])
        elif start := re.match(r"  start_pfn: +(\d+)", line):
            zone["start_pfn"] = int(start[1])
    return zones


def zoneinfo(inquest, dump, folder):
    found = {(zone["node"], zone["name"]): zone for zone in truth.ask(inquest, dump, "kmem", "-z")["zones"]}
    blocks = {}
    for line in text(folder, "buddyinfo").splitlines():
        node, name, *counts = re.match(r"Node (\d+), zone +(\S+) (.*)", line).groups()
        blocks[int(node), name] = [int(count) for count in counts[0].split()]
    wrong = []
    for told in zones_of(folder):
        zone = found.get((told["node"], told["name"]))
        if not zone:
            wrong.append(f"kmem -z: zone {told['name']} of node {told['node']} is missing")
            continue
        for name in ("boost", "min", "low", "high", "spanned", "present", "managed", "protection", "start_pfn"):
            if name in told and told[name] != zone[name]:
                wrong.append(f"kmem -z: {told['name']} {name} is {zone[name]}, was {told[name]}")
        for name, value in told["counters"].items():
            if abs(zone["counters"].get(name, -10**9) - value) > SLACK_KB // 4:
                wrong.append(f"kmem -z: {told['name']} {name} is {zone['counters'].get(name)}, was {value}")
        if abs(zone["free"] - told["free"]) > SLACK_KB // 4:
            wrong.append(f"kmem -z: {told['name']} free is {zone['free']}, was {told['free']}")
        listed = blocks.get((told["node"], told["name"]))
        pages = sum(count << order for order, count in enumerate(zone["free_blocks"]))
        if listed and abs(pages - sum(count << order for order, count in enumerate(listed))) > SLACK_KB // 4:
            wrong.append(f"kmem -z: {told['name']} free blocks are {zone['free_blocks']}, were {listed}")
        if zone["present"] and pages != zone["counters"]["nr_free_pages"]:
            wrong.append(f"kmem -z: {told['name']} has {pages} pages in free blocks, counts {zone['counters']['nr_free_pages']}")
    return wrong


def vmstat(inquest, dump, folder):
    told = {line.split()[0]: int(line.split()[1]) for line in text(folder, "vmstat").splitlines()}
    found = truth.ask(inquest, dump, "vmstat")
    wrong = []
    for name, value in told.items():
        if name.startswith(("nr_dirty_", "nr_memmap_", "nr_unstable")) or name == "pgpgout":
            continue  # computed when the file is read, or a constant; pgpgout counts the writing of these files
        if name not in found:
            wrong.append(f"vmstat: {name} is missing, was {value}")
            continue
        is_event = name.startswith("nr_foll_pin") or not name.startswith(("nr_", "workingset_nodes"))
        slack = SLACK_EVENTS if is_event else SLACK_KB // 4
        if abs(found[name] - value) > slack:
            wrong.append(f"vmstat: {name} is {found[name]}, was {value}")
    return wrong


def swaps(inquest, dump, folder):
    told = []
    for line in text(folder, "swaps").splitlines()[1:]:
        file, kind, size, used, priority = line.split()
        told.append((file, kind, int(size), int(used), int(priority)))
    found = {area["file"]: area for area in truth.ask(inquest, dump, "swap")["areas"]}
    wrong = [f"swap: {file} is too much" for file in found.keys() - {one[0] for one in told}]
    for file, kind, size, used, priority in told:
        area = found.get(file)
        if not area:
            wrong.append(f"swap: {file} is missing among {list(found)}")
        elif (area["type"], area["size"], area["priority"]) != (kind, size, priority) or abs(area["used"] - used) > SLACK_KB:
            wrong.append(f"swap: {area}, was {(kind, size, used, priority)}")
    return wrong


def slabinfo(inquest, dump, folder):
    """Of two caches with one name, either."""
    told = {}
    for line in text(folder, "slabinfo").splitlines()[2:]:
        name, active, total, size, per_slab, pages, *rest = line.split()
        told.setdefault(name, []).append((int(active), int(total), int(size), int(per_slab), int(pages)))
    caches = truth.ask(inquest, dump, "kmem", "-s")["caches"]
    wrong = [f"kmem -s: {name} is missing" for name in told.keys() - {cache["name"] for cache in caches}]
    for cache in caches:
        found = [cache[name] for name in ("active", "total", "size", "objects_per_slab", "pages_per_slab")]
        lines = told.get(cache["name"], [])
        if not any(list(line[2:]) == found[2:] and all(abs(line[i] - found[i]) <= SLACK_OBJECTS for i in (0, 1)) for line in lines):
            wrong.append(f"kmem -s: {cache['name']} is {found}, was {lines}")
    return wrong


def objects(inquest, dump, folder):
    """Scanning all page descriptors and walking every freelist counts what lists and CPUs' own count."""
    counted = [cache for cache in truth.ask(inquest, dump, "kmem", "-s")["caches"] if 0 < cache["total"] < 100000]
    wrong = []
    for cache in truth.ask(inquest, dump, "kmem", "-S", *[cache["address"] for cache in counted])["caches"]:
        slabs = cache["slab_list"]
        found = (len(slabs), sum(len(slab["allocated"]) for slab in slabs), sum(len(slab["free"]) for slab in slabs))
        told = (cache["slabs"], cache["allocated"], cache["total"] - cache["allocated"])
        if found != told:
            wrong.append(f"kmem -S: {cache['name']} has slabs, allocated, free {found}, counted {told}")
    return wrong


# Bits of /proc/kpageflags and what `kmem ADDRESS` then says of the frame; the first that is set counts.
KPF = [(7, lambda one: one["kind"] == "slab"), (10, lambda one: "FREE" in one["text"]), (26, lambda one: "table" in one["text"]),
       (12, lambda one: "anonymous" in one["text"]), (5, lambda one: "page cache" in one["text"] or "anonymous" in one["text"])]
FRAMES = 2000
MOVED = 0.05  # frames that changed hands between reading the file and the crash (khugepaged collects small pages)


def frames(inquest, dump, folder):
    if not (folder / "kpageflags.bin").exists():
        return []
    flags = array.array("Q", (folder / "kpageflags.bin").read_bytes())
    cache = truth.ask(inquest, dump, "kmem", "-S", "task_struct")["caches"][0]["slab_list"][0]
    known = truth.ask(inquest, dump, "kmem", cache["address"])["addresses"][0]
    first = int(known["address"], 16) - known["page"]["pfn"] * 4096
    chosen = [(pfn, check) for pfn in range(0, len(flags), max(1, len(flags) // FRAMES))
              for check in [next((check for bit, check in KPF if flags[pfn] >> bit & 1), None)] if check]
    answers = truth.ask(inquest, dump, "kmem", *[f"{first + pfn * 4096:#x}" for pfn, _ in chosen])["addresses"]
    wrong = [(pfn, one) for (pfn, check), one in zip(chosen, answers, strict=True) if not check(one)]
    if len(wrong) <= MOVED * len(chosen):
        return []
    return [f"kmem ADDRESS: {len(wrong)} of {len(chosen)} frames differ"] + \
           [f"kmem ADDRESS: frame {pfn:#x} is {one['text']}, kpageflags {flags[pfn]:#x}" for pfn, one in wrong[:3]]


def descriptors(inquest, dump, folder):
    """`kmem -p` of the first pages of compound ones and of single ones, against /proc/kpageflags."""
    if not (folder / "kpageflags.bin").exists():
        return []
    told = array.array("Q", (folder / "kpageflags.bin").read_bytes())
    bits = {"uptodate": 3, "dirty": 4, "lru": 5, "active": 6, "reserved": 32}
    pages = truth.ask(inquest, dump, "kmem", "-p", "-c", "50000")["pages"]
    heads = [page for page in pages if page["head"] == page["descriptor"] and page["pfn"] < len(told)]
    wrong = [(page, name) for page in heads for name, bit in bits.items() if (name in page["flags"]) != bool(told[page["pfn"]] >> bit & 1)]
    complaints = [f"kmem -p: frame {page['pfn']:#x} is at {page['physical']}" for page in heads if int(page["physical"], 16) != page["pfn"] << 12]
    if len(heads) < 1000 or len(wrong) > MOVED * len(heads):
        complaints += [f"kmem -p: {len(wrong)} flags of {len(heads)} frames differ"] + [f"kmem -p: {page}: {name}" for page, name in wrong[:3]]
    return complaints


def users_told(folder):
    """Who has a path open, and who has a file (device, inode) mapped."""
    opened, mapped, pid = {}, {}, 0
    for line in text_of(folder, "tasks-fd.txt"):
        if link := re.match(r"/proc/(\d+)/fd/\d+ -> (/.*)", line):
            opened.setdefault(link[2], set()).add(int(link[1]))
    for line in text_of(folder, "tasks-maps.txt"):
        if title := re.match(r"== /proc/(\d+)/maps ==", line):
            pid = int(title[1])
        elif area := re.match(r"[0-9a-f]+-[0-9a-f]+ \S+ [0-9a-f]+ ([0-9a-f]+):([0-9a-f]+) (\d+)", line):
            mapped.setdefault((int(area[1], 16), int(area[2], 16), int(area[3])), set()).add(pid)
    return opened, mapped


def text_of(folder, name):
    return (folder / name).read_text(errors="replace").splitlines()


def pagecache(inquest, dump, folder):
    told = {line.split(":")[0]: int(line.split()[1]) for line in text(folder, "meminfo").splitlines() if ":" in line}
    found = truth.ask(inquest, dump, "pagecache", "-n", "500")
    wrong = [f"pagecache: {name} is {found[key]} kB, was {told[name]}" for key, name in (("files_kb", "Cached"), ("devices_kb", "Buffers"))
             if abs(found[key] - told[name]) > SLACK_KB]
    files = {one["path"]: one for one in found["files"]}
    for path, least in (("/disk/big", 24 << 10), ("/tmp/in-memory", 9 << 10)):
        if path not in files or not least <= files[path]["cached_kb"] <= least + 8:  # 5.10 may read beyond the end
            wrong.append(f"pagecache: {path} of {least} kB is {files.get(path)}")
    opened, mapped = users_told(folder)
    # The file below an overlay holds the pages, /again shows what /disk/upper is.
    for below in ("/tmp/low1", "/tmp/low2", "/disk/upper"):
        for path in [path for path in opened if path.startswith("/merged/")]:
            opened.setdefault(path.replace("/merged", below), set()).update(opened[path])
    for one in found["files"]:
        has = {kind: {user["pid"] for user in one["users"] if user[kind]} for kind in ("open", "mapped")}
        if one["path"].startswith("/tmp/low") or one["path"].startswith("/disk/upper"):
            # Which of the layers a descriptor reads from depends on when the file was copied up.
            unlike = not has["open"] <= opened.get(one["path"], set())
        else:
            unlike = one["path"].startswith("/") and has["open"] != opened.get(one["path"], set())
        if unlike:
            wrong.append(f"pagecache: {one['path']} is open in {has['open']}, was in {opened.get(one['path'])}")
        holders = mapped.get((one["major"], one["minor"], one["inode_number"]), set())
        if one["filesystem"] != "bdev" and has["mapped"] != holders:
            wrong.append(f"pagecache: {one['path']} is mapped in {has['mapped']}, was in {holders}")
    return wrong


def slab_groups(inquest, dump, folder):
    """What memory.stat calls slab, of each group with all below it; the kernel adds a pointer an object."""
    told, path = {}, None
    for line in text_of(folder, "cgroup.txt"):
        if title := re.match(r"== /sys/fs/cgroup(/.*)/memory.stat ==", line):
            path = title[1]
        elif line.startswith("=="):
            path = None
        elif path and line.startswith("slab "):
            told[path] = int(line.split()[1])
    found = {}
    for share in truth.ask(inquest, dump, "kmem", "-s", "-g")["shares"]:
        for group in told:
            if share["path"] and (share["path"] + "/").startswith(group + "/"):
                found[group] = found.get(group, 0) + share["bytes"] + 8 * share["objects"]
    if "Linux version 5.10." in text(folder, "version"):
        # There each CPU keeps up to 128 kB of such a counter to itself, and nobody adds it up.
        return [] if found else ["kmem -s -g: no object is charged to a group"]
    return [f"kmem -s -g: {group} has {found.get(group, 0)} bytes, memory.stat says {value}" for group, value in told.items()
            if abs(found.get(group, 0) - value) > SLACK_GROUP]


def configuration(inquest, dump, folder):
    """Debian's kernels carry none, and that is said."""
    done = subprocess.run([inquest, "exec", dump, "config"], capture_output=True, text=True, check=False)
    good = done.returncode == 3 and not done.stdout and "CONFIG_IKCONFIG" in done.stderr and done.stderr.count("\n") == 1
    return [] if good else [f"config: exit {done.returncode}, {done.stdout[:80]} {done.stderr[:200]}"]


CHECKS = [meminfo, zoneinfo, vmstat, swaps, slabinfo, objects, frames, descriptors, pagecache, slab_groups, configuration]


def compare(inquest, folder):
    """What is wrong, as sentences."""
    wrong = []
    for check in CHECKS:
        try:
            wrong += check(inquest, str(folder / "vmcore"), folder)
        except truth.Complaint as complaint:
            wrong.append(str(complaint))
    return wrong


def main():
    inquest, *folders = sys.argv[1:]
    failed = False
    for folder in map(pathlib.Path, folders):
        wrong = compare(inquest, folder)
        print(f"{folder.name}: {'as the kernel said' if not wrong else ''}")
        for sentence in wrong:
            print(f"  {sentence}")
        failed = failed or bool(wrong)
    return failed


if __name__ == "__main__":
    sys.exit(main())
