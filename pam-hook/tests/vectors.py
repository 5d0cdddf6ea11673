#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tries the reader of replies with tests/vectors/pam-replies.json, which the Java codec is tried with, too.

    vectors.py PROGRAM           PROGRAM is tests/read-reply.c, built
    vectors.py --seeds DIRECTORY leaves each message in a file, to begin fuzzing with
"""
import json
import os
import subprocess
import sys

VECTORS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "tests", "vectors", "pam-replies.json")
TEXTS = ("message", "hint", "lease", "want", "offer")
LONGEST = 16384


def message_of(vector):
    return bytes.fromhex(vector["hex"]) if "hex" in vector else vector["text"].encode()


def value_of(name, value):
    """As the program prints it."""
    return value.encode().hex() if name in TEXTS else str(int(value))


def mistakes(program, vector):
    done = subprocess.run([program], input=message_of(vector), capture_output=True, timeout=60, check=False)
    if done.returncode not in (0, 1) or done.stderr:
        return [f"exit {done.returncode} {done.stderr.decode(errors='replace')}"]
    if "refused" in vector or done.returncode == 1:
        return [] if ("refused" in vector) == (done.returncode == 1) else [f"exit {done.returncode}"]
    got = dict(line.split("=", 1) for line in done.stdout.decode().splitlines())
    reply = vector["reply"]
    expected = {name: value_of(name, value) for name, value in reply.get("has", {}).items()}
    expected["continues"] = str(int(reply.get("continues", False)))
    expected["error"] = reply["error"].encode().hex() if "error" in reply else None
    for name in vector.get("absent", ()):
        expected[name] = {"opened": "-1", "kept": "0"}.get(name)
    return [f"{name}: {got.get(name)} instead of {value}" for name, value in expected.items() if got.get(name) != value]


def at_the_limit():
    """Messages as long as they may be, and one byte longer."""
    frame = len('{"parameters":{"lease":""}}')
    for length, name in ((LONGEST, "the longest message"), (LONGEST + 1, "a message that is too long")):
        lease = "x" * (length - frame)
        verdict = {"reply": {"has": {"lease": lease}}} if length == LONGEST else {"refused": True}
        yield {"name": name, "text": '{"parameters":{"lease":"' + lease + '"}}', **verdict}


def main(arguments):
    with open(VECTORS, encoding="utf-8") as file:
        vectors = json.load(file)["vectors"]
    if arguments[0] == "--seeds":
        for number, vector in enumerate(vectors):
            with open(os.path.join(arguments[1], f"vector-{number}"), "wb") as file:
                file.write(message_of(vector))
        return 0
    vectors += at_the_limit()
    failed = 0
    for vector in vectors:
        wrong = mistakes(arguments[0], vector)
        failed += bool(wrong)
        print(f"FAILED {vector['name']}: {'; '.join(wrong)}" if wrong else f"ok {vector['name']}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
