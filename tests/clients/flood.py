#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Opens connections until one is turned away, holds them, and goes on knocking until its input ends: flood.py SOCKET

Prints how many it holds and the message of the refusal.
"""
import json
import select
import socket
import sys

CALL = b'{"method":"org.varlink.service.GetInfo"}\0'


def knock(path):
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(path)
    return connection


def ask(connection):
    try:
        connection.sendall(CALL)
    except BrokenPipeError:
        pass  # turned away already: the refusal waits to be read
    received = b""
    while not received.endswith(b"\0"):
        part = connection.recv(4096)
        if not part:
            raise EOFError(received)
        received += part
    return json.loads(received[:-1])


held = []
while True:
    one = knock(sys.argv[1])
    answer = ask(one)
    if "error" in answer:
        break
    held.append(one)
print(len(held), answer["error"], answer["parameters"]["message"], flush=True)
while not select.select([sys.stdin], [], [], 0)[0]:
    try:
        knock(sys.argv[1]).close()
    except OSError:
        break  # the server is gone
