#!/usr/bin/env python3
"""Holds what `inquest exec` says of any dump against itself and the rules that every kernel keeps.

    tests/inspect/run.py PROGRAM DUMP...

The dump's own kernel is the oracle: two ways to one fact must agree. Prints one line a check that fails, and a count.
"""
import json
import subprocess
import sys


class Dump:
    def __init__(self, program, path):
        self.program, self.path, self.passed, self.failures = program, path, 0, []

    def exec(self, *words):
        done = subprocess.run([self.program, "exec", self.path, *words], capture_output=True, text=True, timeout=60)
        return done.returncode, done.stdout, done.stderr

    def json(self, *words):
        status, out, err = self.exec("--json", *words)
        if status not in (0, 3):
            raise ValueError(f"{' '.join(words)}: exit {status}: {err.strip()}")
        return json.loads(out)

    def has(self, symbol):
        """A kernel without KALLSYMS_ALL has symbols of functions and exports only."""
        return self.exec("sym", symbol)[0] == 0

    def check(self, what, good, seen=""):
        if good:
            self.passed += 1
        else:
            self.failures.append(f"{self.path}: {what}{': ' + str(seen) if seen != '' else ''}")


def check_values(dump, tasks):
    value = dump.json("struct", "task_struct.pid,comm", "init_task")["values"][0]["value"]
    dump.check("init_task is PID 0", value["pid"] == 0 and value["comm"].startswith("swapper"), value)
    for task in tasks[:20]:
        value = dump.json("struct", "task_struct.pid,tgid,comm", task["address"])["values"][0]["value"]
        dump.check(f"struct and ps agree on {task['pid']}",
                   (value["pid"], value["tgid"], value["comm"]) == (task["pid"], task["tgid"], task["comm"]), value)
    whole = dump.json("struct", "task_struct")
    part = dump.json("struct", "task_struct.comm")["members"][0]
    offsets = [member["offset"] for member in whole["members"] if member["name"] == "comm"]
    dump.check("the layout and the member agree", offsets == [part["offset"]], offsets)
    release = dump.json("sys")["release"]
    seen = dump.json("p", "init_task.nsproxy->uts_ns->name.release")["value"]
    dump.check("p finds the release", seen == release, seen)
    status, _, err = dump.exec("p", "no_such_symbol")
    dump.check("p of no symbol is an error", status == 2 and "no symbol" in err, err)


def check_lists(dump, tasks):
    leaders = {task["address"] for task in tasks if task["pid"] == task["tgid"] and task["pid"] != 0}
    walked = dump.json("list", "task_struct.tasks", "-h", "init_task")
    seen = {entry["address"] for entry in walked["entries"][1:]}
    dump.check("list and ps find the same processes", seen == leaders, len(seen ^ leaders))
    if not dump.has("modules"):
        return
    modules = dump.json("mod")["modules"]
    walked = dump.json("list", "-H", "modules", "-o", "module.list", "-s", "module.name")
    names = [entry["value"]["name"] for entry in walked["entries"]]
    dump.check("list and mod find the same modules", names == [module["name"] for module in modules], names)


def check_code(dump):
    for function in ("schedule", "vfs_read", "do_exit"):
        whole = dump.json("dis", function)["instructions"]
        dump.check(f"{function} begins at its symbol",
                   whole[0]["address"] == dump.json("sym", function)["symbols"][0]["address"], whole[0])
        middle = whole[len(whole) // 2]["address"]
        until = dump.json("dis", "-r", middle)["instructions"]
        dump.check(f"dis -r of {function} is its first half",
                   [one["address"] for one in until] == [one["address"] for one in whole[:len(whole) // 2 + 1]])
    trace = dump.json("bt")["tasks"][0]["frames"]
    crashed = [frame["address"] for frame in trace[:1] if frame["symbol"]]
    for address in crashed:
        last = dump.json("dis", "-r", address)["instructions"][-1]
        dump.check("dis -r ends where the crashed task stood, marked", last["address"] == address and "mark" in last, last)


def check_translation(dump):
    for symbol in ("init_task", "schedule"):
        found = dump.json("vtop", symbol)["translations"][0]
        dump.check(f"vtop of {symbol}", found["physical"] and found["in_dump"] == "present" and found["symbol"] in (symbol, None), found)
    found = dump.json("vtop", "0")["translations"][0]
    dump.check("nothing is mapped at 0", found["physical"] is None, found)


def check_log(dump):
    plain = dump.json("log")
    text = [line for record in plain["records"] for line in record["text"].split("\n")]
    dump.check("records and lines are the same text", len(text) == len(plain["lines"]), (len(text), len(plain["lines"])))
    _, decoded, _ = dump.exec("log", "-x")
    dump.check("log -x has as many lines", len(decoded.splitlines()) == len(plain["lines"]))


def check_statuses(dump):
    """2 is a wrong question, 3 a dump that cannot answer."""
    for words in (["no_such_command"], ["sym", "no_such_symbol"], ["struct", "no_such_type"], ["bt", "-Z"], ["bt", "99999999"],
                  ["ps", "99999999"], ["mod", "no_such_module"], ["rd"]):
        status, out, err = dump.exec(*words)
        dump.check(f"{' '.join(words)} is a wrong question", status == 2 and not out and err.count("\n") == 1, (status, out, err))
    status, out, err = dump.exec("rd", "0")
    dump.check("nothing to read at 0 is said", status == 3 and "unmapped" in out and err, (status, out, err))


def check_memory(dump):
    words = dump.json("rd", "init_task", "4")["words"]
    halves = dump.json("rd", "-32", "init_task", "8")["words"]
    dump.check("rd -32 is rd in halves", all(int(words[i], 16) == int(halves[2 * i], 16) | int(halves[2 * i + 1], 16) << 32
                                             for i in range(4)), (words, halves))
    physical = dump.json("vtop", "init_task")["translations"][0]["physical"]
    dump.check("rd -p reads what vtop says", dump.json("rd", "-p", physical, "4")["words"] == words)
    _, text, _ = dump.exec("rd", "-a", "linux_banner") if dump.has("linux_banner") else (0, "Linux version ", "")
    dump.check("rd -a reads a text", "Linux version " in text, text)


def check_report(dump):
    """What the memory adds to the log's account."""
    done = subprocess.run([dump.program, "report", "--format", "json", "--checks", "none", dump.path], capture_output=True,
                          text=True, timeout=60)
    report, sys_ = json.loads(done.stdout), dump.json("sys")
    primary = [event for event in report["events"] if event["primary"]]
    dump.check("the report has a crash", len(primary) == 1 and done.returncode in (0, 3), done.stderr)
    if not primary:
        return
    event = primary[0]
    dump.check("report and sys name the same task", (str(event["task"]["pid"]), event["task"]["comm"]) ==
               (sys_.get("pid"), sys_.get("comm")), event["task"])
    dump.check("the kernel's version is whole", event["kernel"]["version"] == sys_["version"], event["kernel"])
    stack = dump.json("bt")["tasks"][0]["frames"]
    shown = [s for s in event["stacks"] if s["pid"] == event["task"]["pid"] and s["cpu"] == event["cpu"]]
    dump.check("report and bt have the same stack", shown and [f["address"] for f in shown[0]["trace"]] ==
               [f["address"] for f in stack], shown)
    dump.check("frames say how they were found", all(f["found_by"] != "log" for s in shown for f in s["trace"]))
    places = [f"{module['name']} {module['text']}" for module in dump.json("mod")["modules"]]
    facts = {fact["name"]: fact["value"] for fact in event["facts"]}
    dump.check("modules have addresses", facts.get("modules-at", "") == ", ".join(places), facts)
    if done.returncode == 0:
        dump.check("nothing is said of a report that is whole", not done.stderr, done.stderr)


def check_shell(dump):
    done = subprocess.run([dump.program, "shell", dump.path], input="sys\nbogus\np 'init_task.pid'\nquit\nbt\n",
                          capture_output=True, text=True, timeout=60)
    dump.check("the shell reads from a pipe", done.returncode == 0 and done.stdout.endswith("init_task.pid = 0\n"), done.stdout)
    dump.check("the shell goes on after an error", "bogus" in done.stderr, done.stderr)


def check(program, path):
    dump = Dump(program, path)
    try:
        tasks = dump.json("ps")["tasks"]
        has_types = "value" in dump.json("p", "init_task.pid")
    except ValueError as error:
        dump.check("can be inspected", False, error)
        return dump
    check_log(dump)
    check_translation(dump)
    if has_types:
        check_statuses(dump)
        check_memory(dump)
        check_report(dump)
        check_values(dump, tasks)
        check_lists(dump, tasks)
        check_code(dump)
        check_shell(dump)
    return dump


def main():
    if len(sys.argv) < 3:
        print(__doc__)
        return 2
    passed = failed = 0
    for path in sys.argv[2:]:
        dump = check(sys.argv[1], path)
        passed += dump.passed
        failed += len(dump.failures)
        print("\n".join(dump.failures), end="\n" if dump.failures else "")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
