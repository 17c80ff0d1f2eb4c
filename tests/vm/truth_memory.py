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


CHECKS = [meminfo, zoneinfo, vmstat, swaps, slabinfo, objects, frames]


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
