#!/usr/bin/env python3
"""Copies a kdump-compressed dump (not flattened) without the pages of a range of the kernel's image, as if makedumpfile had
left them out: drop_pages.py DUMP COPY START END, virtual addresses in hexadecimal."""
import re
import struct
import sys

KERNEL_MAP = 0xFFFFFFFF80000000  # x86-64: __START_KERNEL_map
DESCRIPTOR = 24  # bytes of struct page_desc


def drop(source, copy, start, end):
    with open(source, "rb") as file:
        data = bytearray(file.read())
    block, sub_header, bitmap_blocks = struct.unpack_from("<iiI", data, 428)
    info = re.search(rb"NUMBER\(phys_base\)=(-?\d+)", data)
    first = (start - KERNEL_MAP + int(info[1])) // block
    last = (end - 1 - KERNEL_MAP + int(info[1])) // block
    half = bitmap_blocks // 2 * block
    bitmap = (1 + sub_header) * block + half
    descriptors = (1 + sub_header + bitmap_blocks) * block
    before = sum(byte.bit_count() for byte in data[bitmap:bitmap + first // 8])
    before += (data[bitmap + first // 8] & ((1 << first % 8) - 1)).bit_count()
    there = [frame for frame in range(first, last + 1) if data[bitmap + frame // 8] >> frame % 8 & 1]
    total = sum(byte.bit_count() for byte in data[bitmap:bitmap + half])
    for frame in there:
        data[bitmap + frame // 8] &= ~(1 << frame % 8)
    place = descriptors + before * DESCRIPTOR
    behind = descriptors + total * DESCRIPTOR
    rest = bytes(data[place + len(there) * DESCRIPTOR:behind])
    data[place:behind] = rest + bytes(len(there) * DESCRIPTOR)
    with open(copy, "wb") as file:
        file.write(data)
    return len(there)


if __name__ == "__main__":
    print(drop(sys.argv[1], sys.argv[2], int(sys.argv[3], 16), int(sys.argv[4], 16)), "pages left out")
