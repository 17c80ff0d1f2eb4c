"""Run by drgn: answers the questions of its arguments in the form that tools.py reads."""
import sys

from drgn.helpers.linux.list import list_for_each_entry
from drgn.helpers.linux.pid import for_each_task
from drgn.helpers.linux.printk import get_dmesg


def name_of(frame):
    try:
        return frame.symbol().name
    except LookupError:
        return frame.name or hex(frame.pc)


def bt():
    for frame in prog.crashed_thread().stack_trace():
        if not frame.is_inline:
            print(name_of(frame))


def ps():
    for task in for_each_task(prog):
        print(task.pid.value_(), task.comm.string_().decode(errors="replace"))


def log():
    sys.stdout.flush()
    sys.stdout.buffer.write(get_dmesg(prog))
    sys.stdout.buffer.flush()


def mod():
    for module in list_for_each_entry("struct module", prog["modules"].address_of_(), "list"):
        try:
            size = sum(part.size.value_() for part in module.mem)
        except AttributeError:
            size = module.core_layout.size.value_() + module.init_layout.size.value_()
        print(module.name.string_().decode(), size)


for question in sys.argv[1:]:
    if len(sys.argv) > 2:
        print("@@@", question, flush=True)
    try:
        {"bt": bt, "ps": ps, "log": log, "mod": mod}[question]()
    except Exception as error:  # whatever one question meets, the next one is asked
        print(f"{question}: {error}", file=sys.stderr)
