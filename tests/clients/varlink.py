#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Calls a Varlink method with nothing but Python's own library: varlink.py SOCKET METHOD [PARAMETERS]"""
import json
import socket
import sys


def call(path, method, parameters=None):
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(path)
        connection.sendall(json.dumps({"method": method, "parameters": parameters or {}}).encode() + b"\0")
        received = b""
        while not received.endswith(b"\0"):
            part = connection.recv(4096)
            if not part:
                raise EOFError("the server closed the connection")
            received += part
        return json.loads(received[:-1])


if __name__ == "__main__":
    reply = call(sys.argv[1], sys.argv[2], json.loads(sys.argv[3]) if len(sys.argv) > 3 else None)
    print(json.dumps(reply, indent=2))
    sys.exit(1 if "error" in reply else 0)
