# SPDX-License-Identifier: Apache-2.0
"""Passes sockets to a program as systemd does by socket activation, and keeps them over its lives.

activate.py LIVES NAME=KIND:PATH... -- COMMAND...

KIND is listen (a listening stream socket), stream (one that does not listen), dgram or file. Tells "life N pid P"
and "end N STATUS"; each life after the first begins when a line comes in. What is sent to the path in NOTIFY_SOCKET
is told as "notify", with '|' for line ends. Descriptors that come with FDSTORE=1 are passed to the next life by their
FDNAME, until FDSTOREREMOVE=1. Who kills this kills the life that goes on with it.
"""
import ctypes
import os
import signal
import socket
import sys
import threading

split = sys.argv.index("--")
lives, sockets, command = int(sys.argv[1]), sys.argv[2:split], sys.argv[split + 1:]


def opened(kind, path):
    if kind == "file":
        return open(path, "wb")
    made = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM if kind == "dgram" else socket.SOCK_STREAM)
    made.bind(path)
    if kind == "listen":
        made.listen(64)
    return made


PR_SET_PDEATHSIG = 1
libc = ctypes.CDLL(None, use_errno=True)
parent = os.getpid()


def end_with_parent():
    """prctl(2); the parent may have ended before."""
    if libc.prctl(PR_SET_PDEATHSIG, ctypes.c_ulong(signal.SIGKILL)) != 0 or os.getppid() != parent:
        os._exit(1)


names, kept = [], []
for described in sockets:
    name, _, rest = described.partition("=")
    kind, _, path = rest.partition(":")
    names.append(name)
    kept.append(opened(kind, path))

stored_names, stored_descriptors = [], []


def store(name, descriptors):
    """What systemd does for sd_pid_notify_with_fds(3): one name may stand for several, and goes as a whole."""
    if descriptors:
        stored_names.extend([name] * len(descriptors))
        stored_descriptors.extend(descriptors)
        return
    for at in reversed([i for i, stored in enumerate(stored_names) if stored == name]):
        os.close(stored_descriptors.pop(at))
        stored_names.pop(at)


if "NOTIFY_SOCKET" in os.environ:
    notified = opened("dgram", os.environ["NOTIFY_SOCKET"])

    def tell():
        while True:
            message, stored, _, _ = socket.recv_fds(notified, 4096, 8)
            lines = message.decode().split("\n")
            if "FDSTORE=1" in lines or "FDSTOREREMOVE=1" in lines:
                store(next(line[7:] for line in lines if line.startswith("FDNAME=")), stored)
            print("notify", "|".join(lines), flush=True)

    threading.Thread(target=tell, daemon=True).start()

for life in range(1, lives + 1):
    if life > 1 and not sys.stdin.readline():
        break
    child = os.fork()
    if child == 0:
        end_with_parent()
        passed = [one.fileno() for one in kept] + stored_descriptors
        high = [os.dup2(fd, 100 + i, inheritable=False) for i, fd in enumerate(passed)]
        for i, fd in enumerate(high):
            os.dup2(fd, 3 + i, inheritable=True)
        os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS=str(len(passed)),
                          LISTEN_FDNAMES=":".join(names + stored_names))
        os.execvp(command[0], command)
    print("life", life, "pid", child, flush=True)
    _, status = os.waitpid(child, 0)
    print("end", life, os.waitstatus_to_exitcode(status), flush=True)
