#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes an upgraded call, sends a random secret when asked and takes back what is offered: dialogue.py SOCKET CALL

Prints whether what came back is what went in, and how the call ended.
"""
import json
import os
import socket
import struct
import sys


def message(stream):
    received = b""
    while not received.endswith(b"\0"):
        received += stream.read(1)
    return json.loads(received[:-1])


def frame(stream):
    (length,) = struct.unpack(">I", stream.read(4))
    return stream.read(length)


secret = os.urandom(4000)
with socket.socket(socket.AF_UNIX) as connection:
    connection.connect(sys.argv[1])
    stream = connection.makefile("rb")
    connection.sendall(sys.argv[2].encode() + b"\0")
    want = message(stream)["parameters"]
    assert want["maxBytes"] >= len(secret), want
    connection.sendall(struct.pack(">I", len(secret)) + secret)
    assert "offer" in message(stream)["parameters"]
    print("same" if frame(stream) == secret else "different")
    connection.sendall(struct.pack(">I", 0))
    print(json.dumps(message(stream)))
