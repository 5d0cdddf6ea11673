#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Asks for the key of a volume as systemd-cryptsetup does: cryptsetup.py SOCKET VOLUME

Binds to the abstract address RANDOM/cryptsetup/VOLUME, connects, reads to the end, and prints the number of bytes and
the bytes. What can stand before VOLUME makes it misbehave: raw: (bind to this very address), flood: (connect until
one is turned away), gone: (go away at once), idle: (read only a second later), announced: (say when it is connected).
The word unnamed binds to nothing.
"""
import random
import select
import socket
import sys
import time

ROOM = 32


def connect(path, address):
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    if address is not None:
        connection.bind(address)
    connection.connect(path)
    return connection


def of_volume(name):
    return b"\0%x/cryptsetup/%s" % (random.getrandbits(64), name.encode())


def read(connection):
    received = b""
    while True:
        try:
            part = connection.recv(4096)
        except ConnectionResetError:
            part = b""
        if not part:
            return received
        received += part


def tell(key):
    print(len(key), key.decode(), flush=True)


def flood(path, name):
    held = [connect(path, of_volume(name)) for _ in range(ROOM)]
    while True:
        one = connect(path, of_volume(name))
        if select.select([one], [], [], 3)[0]:
            break
        held.append(one)
    print(len(held), "held", flush=True)
    print(sum(len(read(one)) == 64 for one in held), "keys", flush=True)


def main(path, wish):
    kind, colon, name = wish.rpartition(":")
    if wish == "unnamed":
        tell(read(connect(path, None)))
    elif kind == "raw":
        tell(read(connect(path, b"\0" + name.encode() if name else None)))
    elif kind == "flood":
        flood(path, name)
    elif kind == "gone":
        connect(path, of_volume(name)).close()
        print("gone", flush=True)
    else:
        connection = connect(path, of_volume(name))
        if kind == "announced":
            print("connected", flush=True)
        if kind == "idle":
            print("idle", flush=True)
            time.sleep(1)
        tell(read(connection))


try:
    main(*sys.argv[1:])
except OSError as refused:
    print(type(refused).__name__, flush=True)
