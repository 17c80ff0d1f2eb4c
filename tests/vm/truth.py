"""What a guest was seen to be, against what `inquest exec` reads in the dump of its memory."""
import json
import re
import subprocess

import truth_slab

STAMP = r"^(?:\[[^\]]*\])? {1,2}"
PLACE = r"[\w.$]+\+0x[0-9a-f]+/0x[0-9a-f]+"
FRAME = re.compile(STAMP + rf"(\? )?({PLACE}|0x[0-9a-f]{{16}})(?: \[(\w+)\])?")
INTERRUPTED = re.compile(STAMP + rf"(?:RIP: 0010:|RIP: 0033:|pc : )({PLACE})?")
AT_END = re.compile(r"\+(0x[0-9a-f]+)/\1$")
# Scenarios in which the guest goes on until the host has acted.
WAITED = re.compile(r"-(nmi|nmi-user|timer)-")
# Up to 5.10 what an NMI or a double fault prints goes through a buffer of 8 KB.
LOST = re.compile(r"Lost \d+ message\(s\)!")
CALL_TRACE = re.compile(r"\bCall [Tt]race:")
INSIDE_TRACE = re.compile(STAMP + r"(</?[#A-Z0-9_]+>$|Code: |[A-Z0-9]{2,3}: +[0-9a-f]|ORIG_RAX: |PKRU: )")
STATES = {"S": "IN", "R": "RU", "D": "UN", "I": "ID", "T": "ST", "t": "TR", "Z": "ZO", "P": "PA"}
COMM_LENGTH = 15
# What /proc/kallsyms names, but no printed trace.
UNPRINTED = ("__builtin__ftrace", "__builtin__kprobes")
# The scenario of that name has kretprobes on the first two; others may stand between the first and the second.
UNDER_KRETPROBE = ["seq_read_iter", "vfs_read", "ksys_read"]
KRETPROBE_TRAMPOLINES = ("arch_rethook_trampoline", "__kretprobe_trampoline", "kretprobe_trampoline")
AT_ONCE = 20000  # arguments of one command


class Complaint(Exception):
    pass


def ask(inquest, dump, *arguments, form="json"):
    command = [inquest, "exec", *(["--json"] if form == "json" else []), dump, *arguments]
    # Whatever the machine has in its PATH and HOME must not matter.
    done = subprocess.run(command, capture_output=True, timeout=300, env={"PATH": "", "HOME": ""})
    if done.returncode != 0:
        raise Complaint(f"{' '.join(arguments)[:60]}: exit status {done.returncode}: {done.stderr.decode(errors='replace')[:300]}")
    return json.loads(done.stdout) if form == "json" else done.stdout


def printed_traces(lines):
    """The traces in a kernel's log, as lists of symbol+offset/size (or the bare address of code without a symbol), those
    marked ? left out. What was interrupted is told by the RIP of the registers that stand in its place."""
    traces, current = [], None
    for line in lines:
        if CALL_TRACE.search(line):
            current = []
            traces.append(current)
        elif current is not None:
            frame, interrupted = FRAME.match(line), INTERRUPTED.match(line)
            if interrupted:
                current += [interrupted[1]] if interrupted[1] else []
            elif frame:
                current += [] if frame[1] else [frame[2]]
            elif not INSIDE_TRACE.match(line):
                current = None
    return traces


def frames_of(task):
    return [f"{frame['symbol']}+{frame['offset']}/{frame['size']}" if frame["symbol"] and frame["module"] not in UNPRINTED
            else frame["address"] for frame in task["frames"]]


def below(frames, is_anchor, first=False):
    """The frames from behind the last (or first) one that is the anchor; None when none is."""
    places = [i for i, frame in enumerate(frames) if is_anchor(frame)]
    return frames[places[0 if first else -1] + 1:] if places else None


def aliases(folder):
    """The first of the names of each piece of generated code: 5.10 lists a BPF program's main function twice."""
    first, names = {}, {}
    for address, _, name, *_ in map(str.split, (folder / "kallsyms").read_text().splitlines()):
        if name.startswith("bpf_prog_"):
            names[name] = first.setdefault(address, name)
    return names


def without_trampolines(folder, printed, found, kept):
    """The printed frames with the true ones where the kernel printed the trampoline of a kretprobe; up to 5.10 it lost
    the trail there."""
    starts = {name: int(address, 16) for address, _, name, *_ in map(str.split, (folder / "kallsyms").read_text().splitlines())}
    trampolines = [starts[name] for name in KRETPROBE_TRAMPOLINES if name in starts]
    restored = []
    for place, true in zip(printed, found):
        name, offset = re.match(r"(.*)\+(0x[0-9a-f]+)/", place).groups()
        hooked = true in kept and starts.get(name, 0) + int(offset, 16) in trampolines
        restored.append(true if hooked else place)
        if hooked and "kretprobe_trampoline" in starts:
            return found
    return restored + printed[len(restored):]


def crash_trace(inquest, dump, folder):
    """The crashed task's frames below the fault, or below panic(), are those that the kernel printed."""
    logs = [(folder / "console").read_text(errors="replace")]
    if (folder / "dmesg").exists():  # what died in an NMI before kexec has nothing on the console
        logs.append(dmesg(folder).decode(errors="replace"))
    lines, start = next(((lines, i) for lines in map(str.splitlines, logs) for i, line in enumerate(lines)
                         if re.search(r"BUG: |Kernel panic|Oops: ", line)), (None, None))
    if start is None:
        return ["neither console nor log shows a crash"]
    trace = next((i for i in range(start, len(lines)) if CALL_TRACE.search(lines[i])), len(lines))
    printed = next(iter(printed_traces(lines[trace:])), [])
    fault = next((told[1] for line in lines[start:trace] if (told := INTERRUPTED.match(line))), None)
    task = ask(inquest, dump, "bt")["tasks"][0]
    found = frames_of(task)
    if fault:
        expected = printed[1:] if printed[:1] == [fault] else printed
        got = below(found, lambda frame: frame == fault, first=True)
    else:  # a panic prints no registers of the kernel but those of what was interrupted
        expected, got = (below(frames, lambda frame: frame.split("+")[0] in ("panic", "vpanic")) for frames in (printed, found))
    kept = {place for place, frame in zip(found, task["frames"]) if frame["found_by"] == "kretprobe"}
    if kept and got:
        callers = iter([place.split("+")[0] for place in got])
        if not all(function in callers for function in UNDER_KRETPROBE):
            return [f"bt: the callers of functions with kretprobes are {got}, planted {UNDER_KRETPROBE}"]
        expected = without_trampolines(folder, expected or [], got, kept)
    if not expected:
        return ["the console's trace is empty"]
    same = aliases(folder)
    expected = ["+".join([same.get(name, name), *rest]) for name, *rest in (place.split("+") for place in expected)]
    if "-arm64" in folder.name and got:
        # It looks a return address up as it is: behind a call that never returns it has the next function.
        expected = [mine if AT_END.search(mine) and "+0x0/" in theirs else theirs for mine, theirs in zip(got, expected)] + expected[len(got):]
    if got and any(LOST.search(line) for line in lines[trace:]):
        got = got[:len(expected)]
    return [] if got == expected else [f"bt: below {fault or 'panic'} is {got}, printed {expected}; all of bt: {found}"]


def tasks(inquest, dump, folder):
    """Tasks by PID, name and state; a worker thread may come, go and change its name at any moment."""
    told = {}
    for line in (folder / "tasks").read_text().splitlines():
        pid, comm, state, parent = re.match(r"(\d+) \((.*)\) (\S) (\d+)", line).groups()
        told[int(pid)] = (comm, STATES[state], int(parent))
    found = {task["pid"]: task for task in ask(inquest, dump, "ps")["tasks"] if task["pid"] != 0}
    crashed = ask(inquest, dump, "bt")["tasks"][0]["pid"]
    if crashed not in told:  # a program that was started in order to crash
        found.pop(crashed, None)
    wrong = []
    for pid in told.keys() | found.keys():
        comm = told[pid][0] if pid in told else found[pid]["comm"]
        if comm.startswith("kworker"):
            continue
        if pid not in found:
            wrong.append(f"ps: {pid} {comm} is missing")
        elif pid not in told:
            wrong.append(f"ps: {pid} {comm} is too much")
        else:
            task = found[pid]
            if task["comm"] != comm[:COMM_LENGTH] or task["ppid"] != told[pid][2]:
                wrong.append(f"ps: {pid} is {task['comm']} of {task['ppid']}, was {comm} of {told[pid][2]}")
            if task["state"] != told[pid][1] and not {task["state"], told[pid][1]} & {"RU"}:
                wrong.append(f"ps: {pid} {comm} is {task['state']}, was {told[pid][1]}")
    return wrong


def modules(inquest, dump, folder):
    told = {}
    for line in (folder / "modules").read_text().splitlines():
        name, size, _, _, _, address, *taint = line.split()
        told[name] = (int(size), int(address, 16), taint[0].strip("()") if taint else "")
    found = {module["name"]: (module["size"], int(module["text"], 16), module["taint"]) for module in ask(inquest, dump, "mod")["modules"]}
    return [f"mod: {name} is {found.get(name)}, was {told.get(name)}" for name in sorted(told.keys() | found.keys())
            if found.get(name) != told.get(name)]


def symbols(inquest, dump, folder):
    """All of /proc/kallsyms both ways. An address's name is the first of it in the kernel's own order."""
    by_name, by_address, wrong = {}, {}, []
    for line in (folder / "kallsyms").read_text().splitlines():
        address, kind, name, *module = line.split()
        module = module[0].strip("[]") if module else None
        by_name.setdefault(name, set()).add((int(address, 16), kind, module))
        if (module is None or kind in "tT") and not (module and name.startswith((".L", "$"))):
            by_address.setdefault(int(address, 16), (name, module))
    # Without CONFIG_KALLSYMS_ALL there is no _end.
    first, last = (next(iter(by_name.get(name) or by_name["_etext"]))[0] for name in ("_stext", "_end"))
    names = list(by_name)
    for start in range(0, len(names), AT_ONCE):
        part, found = names[start:start + AT_ONCE], {}
        for symbol in ask(inquest, dump, "sym", *part)["symbols"]:
            found.setdefault(symbol["name"], set()).add((int(symbol["address"], 16), symbol["type"], symbol["module"]))
        wrong += [f"sym: {name} is {found.get(name)}, was {by_name[name]}" for name in part if found.get(name) != by_name[name]]
    addresses = [address for address, (_, module) in by_address.items() if module or first <= address < last]
    for start in range(0, len(addresses), AT_ONCE):
        part = addresses[start:start + AT_ONCE]
        for address, symbol in zip(part, ask(inquest, dump, "sym", *[f"{address:#x}" for address in part])["symbols"], strict=True):
            if (symbol["name"], symbol["module"]) != by_address[address] or symbol["offset"] != "0x0":
                wrong.append(f"sym: {address:#x} is {symbol['name']}+{symbol['offset']} {symbol['module']}, was {by_address[address]}")
    return [sentence[:300] for sentence in wrong[:5]] + ([f"sym: {len(wrong) - 5} more"] if len(wrong) > 5 else [])


def dmesg(folder):
    """What makedumpfile read out of the ring; 1.7.9 writes a column with the task or CPU that printed, which the kernel's
    console lacks."""
    told, column = [], b""
    for line in (folder / "dmesg").read_bytes().splitlines(keepends=True):
        head = re.match(rb"(\[[ 0-9.]+\] )(\[ *[TC]\d+\] )?", line)
        column = (head[2] or b"") if head else column
        told.append(line.replace(column, b"", 1) if head else line[len(column):])
    return b"".join(told)


def log(inquest, dump, folder):
    if not (folder / "dmesg").exists():
        return []
    told = dmesg(folder)
    found = ask(inquest, dump, "log", form="text")
    if found == told:
        return []
    place = next((i for i, (one, other) in enumerate(zip(found.splitlines(), told.splitlines())) if one != other), None)
    return [f"log: {len(found)} bytes, makedumpfile has {len(told)}; line {place}: "
            f"{found.splitlines()[place or 0][:80]!r}, {told.splitlines()[place or 0][:80]!r}"]


def sleepers(inquest, dump, folder):
    """Every task that did not run since sysrq-t printed its stack has that stack still."""
    members = {name: ask(inquest, dump, "struct", f"task_struct.{name}")["members"][0]["offset"] for name in ("nvcsw", "nivcsw")}
    lines = ask(inquest, dump, "log", form="text").decode(errors="replace").splitlines()
    counts = {int(told[1]): int(told[2]) for line in lines if (told := re.search(r"\] switches of (\d+): (\d+)$", line))}
    printed = {}
    for i, line in enumerate(lines):
        head = re.search(r"\] task:.* pid:(\d+) ", line)
        if head:
            body = next((j for j in range(i + 1, len(lines)) if "task:" in lines[j]), len(lines))
            printed.setdefault(int(head[1]), next(iter(printed_traces(lines[i + 1:body])), []))
    wrong, compared, asleep = [], 0, 0
    for task in ask(inquest, dump, "bt", "all")["tasks"]:
        pid = task["pid"]
        if pid not in counts or pid not in printed or task["state"] == "RU":
            continue
        asleep += 1
        switches = 0
        for offset in members.values():
            words = ask(inquest, dump, "rd", f"{int(task['address'], 16) + offset:#x}")
            switches += int(words["words"][0], 16)
        if switches != counts[pid]:
            continue
        compared += 1
        if frames_of(task) != printed[pid]:
            wrong.append(f"bt {pid} {task['comm']}: {frames_of(task)}, printed {printed[pid]}")
    if compared < 0.9 * asleep and not WAITED.search(folder.name):
        wrong.append(f"bt all: only {compared} of {asleep} sleeping tasks did not run since and can be compared")
    return wrong[:5]


def compare(inquest, dump, folder, thorough):
    """What is wrong, as sentences."""
    checks = [crash_trace, tasks, modules, log, truth_slab.sieve] + ([symbols, sleepers] if thorough else [])
    if not (folder / "tasks").exists():
        return [f"the guest did not write all its facts; see {folder}/console"]
    wrong = []
    for check in checks:
        try:
            wrong += check(inquest, dump, folder)
        except Complaint as complaint:
            wrong.append(str(complaint))
        except (KeyError, IndexError, ValueError, TypeError) as error:
            wrong.append(f"{check.__name__}: the answer has another shape: {error!r}")
    return wrong
