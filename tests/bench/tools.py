"""Programs that read crash dumps, asked the same four questions: inquest, crash, drgn.

A question is bt, ps, log or mod. Answers are brought to one form: bt a list of function names without inlined ones,
ps {pid: comm}, log bytes, mod {name: size}.
"""
import json
import os
import pathlib
import re
import resource
import shlex
import shutil
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
QUESTIONS = ("bt", "ps", "log", "mod")
LIMIT = 300  # seconds


class Run:
    """One whole command: its exit status, output, wall and processor seconds, and the most anonymous memory that it
    had, in MB.

    Memory is read from /proc every millisecond, which misses a peak that is shorter; it is only read when asked for,
    because reading disturbs the time."""

    def __init__(self, command, text=b"", environment=None, memory=False):
        self.memory, self.status = 0.0, None
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        started = time.perf_counter()
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)
        watcher = threading.Thread(target=self._watch, args=(process,)) if memory else None
        if watcher:
            watcher.start()
        try:
            self.output, self.errors = process.communicate(text, timeout=LIMIT)
            self.status = process.returncode
        except subprocess.TimeoutExpired:
            process.kill()
            self.output, self.errors = process.communicate()
        self.seconds = time.perf_counter() - started
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        if watcher:
            watcher.join()

    def _watch(self, process):
        while process.returncode is None:
            try:
                with open(f"/proc/{process.pid}/status", encoding="ascii", errors="replace") as status:
                    told = re.search(r"^RssAnon:\s+(\d+) kB", status.read(), re.M)
            except OSError:
                return
            if not told:
                return
            self.memory = max(self.memory, int(told[1]) / 1024)
            time.sleep(0.001)


class Tool:
    def __init__(self, name, command):
        self.name, self.command = name, shlex.split(command)

    def there(self):
        return shutil.which(self.command[0]) is not None

    def run(self, questions, dump, vmlinux, memory=False):
        """All of the questions in one session. Everything that a program keeps between runs starts empty."""
        with tempfile.TemporaryDirectory() as home:
            environment = {**os.environ, "HOME": home, "XDG_CACHE_HOME": home, "NO_COLOR": "1", "LC_ALL": "C.UTF-8", "DEBUGINFOD_URLS": ""}
            command, text = self.line(questions, dump, vmlinux, pathlib.Path(home))
            return Run(command, text.encode(), environment, memory)


class Inquest(Tool):
    needs_vmlinux = False

    def line(self, questions, dump, vmlinux, home):
        # One process a question: there is no state worth keeping.
        script = "".join(f"echo '@@@ {question}'; {shlex.join(self.command)} exec {'' if question == 'log' else '--json '}{shlex.quote(str(dump))} {question}\n"
                         for question in questions)
        if len(questions) == 1:
            return [*self.command, "exec", *(["--json"] if questions[0] != "log" else []), str(dump), questions[0]], ""
        return ["/bin/sh", "-c", script], ""

    def parse(self, question, output):
        if question == "log":
            return output
        answer = json.loads(output)
        if question == "bt":
            return [frame["symbol"] for frame in answer["tasks"][0]["frames"]]
        if question == "ps":
            return {task["pid"]: task["comm"] for task in answer["tasks"] if task["pid"]}
        return {module["name"]: module["size"] for module in answer["modules"]}


class Crash(Tool):
    needs_vmlinux = True

    def line(self, questions, dump, vmlinux, home):
        text = "".join(f"echo @@@ {question}\n{question}\n" for question in questions) if len(questions) > 1 else f"{questions[0]}\n"
        return [*self.command, "-s", "--no_scroll", str(vmlinux), str(dump)], text.replace("echo", "!echo") + "exit\n"

    def parse(self, question, output):
        text = output.decode(errors="replace")
        if question == "log":
            return output
        if question == "bt":
            return [name or at_fault for name, at_fault in
                    re.findall(r"^ *#\d+ \[[0-9a-f]+\] (\S+) at |^ +\[exception RIP: ([\w.]+)\+", text, re.M)]
        if question == "ps":
            rows = re.findall(r"^[> ] *(\d+) +\d+ +\d+ +[0-9a-f]{16} +\S+ +\S+ +\d+ +\d+ +(.*?)$", text, re.M)
            return {int(pid): comm.strip("[]") for pid, comm in rows if int(pid)}
        return {name: int(size) for name, size in re.findall(r"^[0-9a-f]{16} +(\S+) +(?:[0-9a-f]{16} +)?(\d+) ", text, re.M)}


class Drgn(Tool):
    needs_vmlinux = True

    def line(self, questions, dump, vmlinux, home):
        return [*self.command, "-c", str(dump), "-s", str(vmlinux), "--no-default-symbols", str(HERE / "ask_drgn.py"), *questions], ""

    def parse(self, question, output):
        if question == "log":
            return output
        lines = output.decode(errors="replace").splitlines()
        if question == "bt":
            return lines
        return {(int(name) if question == "ps" else name): (value if question == "ps" else int(value))
                for name, _, value in (line.partition(" ") for line in lines)}


def answers(tool, questions, run):
    """{question: answer}; a question that was not answered in the form expected is left out."""
    parts = dict(re.findall(rb"^@@@ (\w+)\n(.*?)(?=^@@@ |\Z)", run.output, re.M | re.S)) if len(questions) > 1 else {questions[0].encode(): run.output}
    found = {}
    for question in questions:
        try:
            if answer := tool.parse(question, parts.get(question.encode(), b"")):
                found[question] = answer
        except (ValueError, KeyError, IndexError, TypeError):
            pass
    return found


def peers(options):
    """The tools of --crash and --drgn (NAME=COMMAND), else what is in PATH; those that are not there are named on stderr."""
    found = []
    for kind, given, usual in ((Crash, options.crash, "crash"), (Drgn, options.drgn, "drgn")):
        for item in given or [f"{usual}={usual}"]:
            name, _, command = item.partition("=")
            tool = kind(name, command or name)
            if tool.there():
                found.append(tool)
            else:
                print(f"{name} is not installed: skipped", file=sys.stderr)
    return found


def add_peer_options(parser):
    parser.add_argument("--crash", action="append", metavar="NAME=COMMAND", help="a crash to compare with (default: the one in PATH)")
    parser.add_argument("--drgn", action="append", metavar="NAME=COMMAND", help="a drgn to compare with (default: the one in PATH)")
