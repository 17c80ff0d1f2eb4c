"""QEMU's two side doors: its monitor and its debugger's."""
import json
import re
import socket

# What `patch` of a guest puts at the start of a function.
CODE = {
    "null": bytes.fromhex("31ff8b471c"),  # xor %edi,%edi; mov 0x1c(%rdi),%eax: reads address 0x1c
    "arm64": bytes.fromhex("800380d2000040b9"),  # mov x0, #0x1c; ldr w0, [x0]
    "fault": bytes.fromhex("8b04251c000000"),  # mov 0x1c,%eax: the same where the function has saved nothing yet
    "recursion": bytes.fromhex("e8fbffffff"),  # call to itself, in the place of the compiler's own call or endbr64
}


class Monitor:
    """QEMU's machine protocol on a Unix socket."""

    def __init__(self, path):
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(str(path))
        self.stream = connection.makefile("rw")
        connection.close()  # the stream keeps it
        self.stream.readline()
        self("qmp_capabilities")

    def close(self):
        self.stream.close()

    def __call__(self, command, **arguments):
        self.stream.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
        self.stream.flush()
        while line := self.stream.readline():
            answer = json.loads(line)
            if "error" in answer:
                raise OSError(f"QEMU: {command}: {answer['error']['desc']}")
            if "return" in answer:
                return answer["return"]
        raise OSError(f"QEMU ended during {command}")


def patch(path, address, code):
    """Writes that code over the start of the guest's function, by GDB's remote protocol: a fault of the kernel's own
    code without a module, for kernels that no compiler here builds modules for."""
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(str(path))

    def ask(packet):
        connection.sendall(f"${packet}#{sum(packet.encode()) & 0xff:02x}".encode())
        received = b""
        while True:
            more = connection.recv(4096)
            if not more:
                raise OSError(f"QEMU ended during {packet}")
            received += more
            # It tells that the machine has stopped (T05...) whenever it likes.
            for answer in re.findall(rb"\$([^#]*)#[0-9a-f]{2}", received):
                if not answer.startswith(b"T"):
                    connection.sendall(b"+")
                    return answer

    answer = ask(f"M{address:x},{len(code):x}:{code.hex()}")
    ask("D")
    connection.close()
    if answer != b"OK":
        raise OSError(f"QEMU did not write to {address:#x}: {answer.decode()}")
