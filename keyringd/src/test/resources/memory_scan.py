# SPDX-License-Identifier: Apache-2.0
"""Searches the memory of another process. Standard input, a command a line:

learn ADDRESS LENGTH   reads a needle from there; nobody has to know it
count                  prints in how many places the needle or a half of it is in writable memory, in the order
                       of its bytes and with the bytes of every 4 and every 8 turned round, as hash functions
                       keep their input; a whole needle counts once
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
        if mode.startswith("rw"):
            yield int(start, 16), int(end, 16)


def places(data, half, at, found):
    for form, needle in half:
        start = data.find(needle)
        while start >= 0:
            found.add((at + start, form))
            start = data.find(needle, start + 1)


def count(halves):
    """Two halves side by side are one place."""
    found = set()
    overlap = len(halves[0][1]) - 1
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
            places(tail + data, halves, at - len(tail), found)
            tail = data[-overlap:]
            at += len(data)
    seconds = [p for p in found if p[1][1] == 1 and (p[0] - overlap - 1, (p[1][0], 0)) in found]
    return len(found) - len(seconds)


def halves_of(needle):
    """Halves are only told from chance when they are long."""
    size = len(needle) // 2 if len(needle) in (32, 64) else len(needle)
    parts = [needle[:size], needle[size : 2 * size]] if size < len(needle) else [needle]
    return [((width, n), turned(part, width) if width else part) for n, part in enumerate(parts) for width in (0, 4, 8)]


needles = []
for line in sys.stdin:
    words = line.split()
    if words[0] == "learn":
        memory.seek(int(words[1]))
        needles = halves_of(memory.read(int(words[2])))
        print("learned", flush=True)
    else:
        print(count(needles), flush=True)
