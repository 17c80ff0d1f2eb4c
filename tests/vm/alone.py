"""Whether the answers come out of the dump's memory alone: not out of the kernel's log, nor out of other files."""
import pathlib
import re
import shutil
import struct
import subprocess

from truth import Complaint, ask

QUESTIONS = (["bt"], ["bt", "-a"], ["bt", "all"], ["ps"], ["mod"])
OUR_OWN = re.compile(r"/etc/ld\.so\.cache$|(/usr)?/lib(64)?/([\w-]+/)?lib[\w.+-]+\.so[\w.]*$")
OPENED = re.compile(r'\b(?:open|openat|execve)\((?:AT_FDCWD, )?"([^"]*)".* = \d+$')
NETWORK = re.compile(r"\b(?:socket|connect)\(")


def segments(elf):
    """(physical address, offset, size) of what an ELF dump holds of memory."""
    head = elf.read(64)
    phoff, shoff, phnum = *struct.unpack_from("<QQ", head, 32), struct.unpack_from("<H", head, 56)[0]
    if phnum == 0xffff:  # PN_XNUM: the number is sh_info of the first section
        elf.seek(shoff + 44)
        phnum = struct.unpack("<I", elf.read(4))[0]
    elf.seek(phoff)
    for _ in range(phnum):
        kind, _, offset, _, physical, size, _, _ = struct.unpack("<IIQQQQQQ", elf.read(56))
        if kind == 1:
            yield physical, offset, size


def text_of_log(inquest, dump):
    """Where the text of the log lies: its physical address and its size. By VMCOREINFO, because not every kernel has
    the variable among its symbols."""
    with open(dump, "rb") as elf:
        place = re.search(rb"SYMBOL\(prb\)=([0-9a-f]+)", elf.read(1 << 24))
    if not place:
        raise Complaint("the dump's VMCOREINFO does not say where the log is")
    ring = ask(inquest, dump, "rd", place[1].decode())["words"][0]
    text = ask(inquest, dump, "struct", "printk_ringbuffer", ring)["values"][0]["value"]["text_data_ring"]
    place = ask(inquest, dump, "vtop", text["data"]["address"])["translations"][0]["physical"]
    return int(place, 16), 1 << text["size_bits"]


def zero_log(inquest, dump, copy):
    """A copy of an ELF dump with zeros where the kernel's log was."""
    start, length = text_of_log(inquest, dump)
    shutil.copy(dump, copy)
    copy.chmod(0o600)
    zeroed = 0
    with open(copy, "r+b") as elf:
        for physical, offset, size in list(segments(elf)):
            first, last = max(physical, start), min(physical + size, start + length)
            if first < last:
                elf.seek(offset + first - physical)
                elf.write(bytes(last - first))
                zeroed += last - first
    if not zeroed:  # makedumpfile leaves out the pages that nothing was written to yet
        raise Complaint("nothing of the log is in the dump")


def without_log(inquest, dump, folder):
    copy = folder / "without-log"
    try:
        zero_log(inquest, dump, copy)
        wrong = [f"{' '.join(question)}: another answer when the log is zeroed" for question in QUESTIONS
                 if ask(inquest, dump, *question, form="text") != ask(inquest, copy, *question, form="text")]
        # The records without text are left: an empty line each.
        done = subprocess.run([inquest, "exec", copy, "log"], capture_output=True, timeout=300, env={"PATH": "", "HOME": ""})
        if done.returncode != 3 or b"their text was wiped" not in done.stderr:
            wrong.append(f"log: a log of zeros ends with {done.returncode}: {done.stderr.decode(errors='replace')[:300]}")
        if lines := re.findall(rb"^(?:\[[^]]*\])? *[^ [\n].*", done.stdout, re.M):
            wrong.append(f"log: {len(lines)} lines out of a log of zeros: {lines[0]!r}")
        return wrong
    finally:
        copy.unlink(missing_ok=True)


def files_opened(inquest, dump, folder):
    """Nothing but the dump and shared libraries is opened, and nobody is called."""
    wrong = []
    for command in (["exec", dump, "bt"], ["report", dump]):
        record = folder / "calls"
        subprocess.run([shutil.which("strace"), "-f", "-e", "trace=open,openat,execve,socket,connect", "-o", record, inquest, *command],
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={"PATH": "", "HOME": ""}, timeout=300)
        lines = record.read_text().splitlines()
        record.unlink()
        opened = {told[1] for line in lines if (told := OPENED.search(line))}
        if str(dump) not in opened:
            wrong.append(f"{command[0]}: strace saw no dump opened: {lines[-1:]}")
        own = {str(dump), str(pathlib.Path(inquest)), str(pathlib.Path(inquest).resolve())}
        wrong += [f"{command[0]}: opens {path}" for path in sorted(opened - own) if not OUR_OWN.match(path)]
        wrong += [f"{command[0]}: {line}" for line in lines if NETWORK.search(line)]
    return wrong


def compare_alone(inquest, dump, folder):
    """What is wrong, as sentences; `dump` is an ELF dump."""
    try:
        return without_log(inquest, dump, folder) + files_opened(inquest, dump, folder)
    except (Complaint, KeyError, IndexError, struct.error) as error:
        return [f"alone: {error}"]
