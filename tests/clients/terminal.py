#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs a program on a pseudo-terminal and types: terminal.py QUESTION ANSWER ... -- PROGRAM ARGUMENT...

Waits for each question before it types the answer. Prints what the terminal showed; ends with the program's status,
or with 99 when an answer was seen on it or a question did not come.
"""
import os
import pty
import select
import sys

split = sys.argv.index("--")
script = list(zip(sys.argv[1:split:2], sys.argv[2:split:2]))
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[split + 1], sys.argv[split + 1:])

shown = b""
seen = 0
asked = list(script)
while True:
    ready, _, _ = select.select([terminal], [], [], 60)
    if not ready:
        break
    try:
        more = os.read(terminal, 4096)
    except OSError:
        break
    if not more:
        break
    shown += more
    if asked and asked[0][0].encode() in shown[seen:]:
        seen = len(shown)
        os.write(terminal, asked.pop(0)[1].encode() + b"\n")
sys.stdout.buffer.write(shown.replace(b"\r\n", b"\n"))
status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
visible = any(answer and answer.encode() in shown for _, answer in script)
sys.exit(99 if visible or asked else status)
