"""A copy of a kdump-compressed dump, plain or flattened, with zeros where the text of the kernel's log was."""
import shutil
import struct

from alone import text_of_log
from truth import Complaint, ask

FLATTENED = b"makedumpfile\0"
FLAT_HEADER = 4096
DESCRIPTOR = struct.Struct("<QIIQ")  # struct page_desc: offset, size, flags, page flags


def unflatten(source, copy):
    """The records of a flattened dump, each where it says; later ones overwrite."""
    with open(source, "rb") as flat, open(copy, "wb") as plain:
        flat.seek(FLAT_HEADER)
        while True:
            place, size = struct.unpack(">qq", flat.read(16))
            if place < 0:
                return
            plain.seek(place)
            plain.write(flat.read(size))


def ones(data, bits):
    return sum(byte.bit_count() for byte in data[:bits // 8]) + ((data[bits // 8] & ((1 << bits % 8) - 1)).bit_count() if bits % 8 else 0)


def wipe(inquest, dump, copy):
    start, length = text_of_log(inquest, dump)
    with open(dump, "rb") as file:
        flattened = file.read(len(FLATTENED)) == FLATTENED
    if flattened:
        unflatten(dump, copy)
    else:
        shutil.copy(dump, copy)
    wiped = 0
    with open(copy, "r+b") as file:
        block, sub_header, bitmap_blocks = struct.unpack_from("<iiI", file.read(440), 428)
        half = bitmap_blocks // 2 * block
        file.seek((1 + sub_header) * block + half)
        bitmap = file.read(half)
        descriptors = (1 + sub_header + bitmap_blocks) * block
        for frame in range(start // block, (start + length - 1) // block + 1):
            if not bitmap[frame // 8] >> frame % 8 & 1:
                continue
            page = bytearray(block)
            first, last = max(start - frame * block, 0), min(start + length - frame * block, block)
            if last - first < block:  # something else begins or ends in that page
                words = ask(inquest, dump, "rd", "-p", f"{frame * block:x}", str(block // 8))["words"]
                page[:] = b"".join(int(word, 16).to_bytes(8, "little") for word in words)
                page[first:last] = bytes(last - first)
            file.seek(0, 2)
            place = file.tell()
            file.write(page)
            file.seek(descriptors + ones(bitmap, frame) * DESCRIPTOR.size)
            file.write(DESCRIPTOR.pack(place, block, 0, 0))  # no flag: not compressed
            wiped += 1
    if not wiped:
        raise Complaint("nothing of the log is in the dump")
