# SPDX-License-Identifier: Apache-2.0
"""Searches the memory of another process. Standard input, a command a line:

learn ADDRESS LENGTH   reads a needle from there; nobody has to know it
count                  prints how often the needle is in the memory, in the order of its bytes and with the
                       bytes of every 4 and every 8 turned round, as hash functions keep their input
"""
import re
import sys

pid = sys.argv[1]
memory = open(f"/proc/{pid}/mem", "rb", buffering=0)
CHUNK = 1 << 22


def turned(data, width):
    return b"".join(data[i : i + width][::-1] for i in range(0, len(data), width))


def regions():
    for line in open(f"/proc/{pid}/maps"):
        start, end, mode = re.match(r"([0-9a-f]+)-([0-9a-f]+) (\S+)", line).groups()
        if mode.startswith("r") and "[v" not in line:
            yield int(start, 16), int(end, 16)


def count(needles):
    found = 0
    overlap = len(needles[0]) - 1
    for start, end in regions():
        tail = b""
        at = start
        while at < end:
            try:
                memory.seek(at)
                data = memory.read(min(CHUNK, end - at))
            except (OSError, ValueError):
                break
            if not data:
                break
            found += sum((tail + data).count(needle) for needle in needles)
            tail = data[-overlap:] if overlap else b""
            at += len(data)
    return found


needles = []
for line in sys.stdin:
    words = line.split()
    if words[0] == "learn":
        memory.seek(int(words[1]))
        needle = memory.read(int(words[2]))
        needles = [needle, turned(needle, 4), turned(needle, 8)]
        print("learned", flush=True)
    else:
        print(count(needles), flush=True)
