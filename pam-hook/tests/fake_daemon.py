# SPDX-License-Identifier: Apache-2.0
"""A keyringd that answers well or badly, on a real socket that it listens on as whoever runs it."""
import json
import os
import socket
import struct
import threading
import time

INTERFACE = "org.tpmkeyring."


class Peer:
    """One connection. What the other end says is recorded in the daemon."""

    def __init__(self, daemon, connection):
        self.daemon = daemon
        self.connection = connection

    def call(self):
        """Reads a call, byte by byte, since a frame may follow."""
        received = b""
        while not received.endswith(b"\0"):
            part = self.connection.recv(1)
            if not part:
                raise EOFError(received)
            received += part
        call = json.loads(received[:-1])
        self.daemon.calls.append(call)
        return call

    def frame(self):
        (length,) = struct.unpack(">I", self._exactly(4))
        frame = self._exactly(length)
        self.daemon.frames.append(frame)
        return frame

    def _exactly(self, length):
        received = b""
        while len(received) < length:
            part = self.connection.recv(length - len(received))
            if not part:
                raise EOFError(received)
            received += part
        return received

    def send(self, data):
        self.connection.sendall(data)

    def reply(self, parameters, **more):
        self.send(json.dumps({"parameters": parameters, **more}).encode() + b"\0")

    def want(self, label, most=512):
        self.reply({"want": label, "maxBytes": most}, continues=True)
        return self.frame()

    def offer(self, secret):
        # in one piece, so that the frame arrives together with the step
        step = json.dumps({"parameters": {"offer": "authtok"}, "continues": True}).encode() + b"\0"
        self.send(step + struct.pack(">I", len(secret)) + secret)
        assert self.frame() == b"", "the frame is acknowledged by an empty one"


class FakeDaemon:
    """Listens in a thread. A behaviour is called with a Peer for each connection, which is closed after it."""

    def __init__(self, path, behaviour, backlog=16):
        self.calls = []
        self.frames = []
        self.connections = 0
        self.errors = []
        self._behaviour = behaviour
        self._over = threading.Event()
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(path)
        os.chmod(path, 0o666)
        self.listener.listen(backlog)
        self.thread = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self):
        if self._behaviour is not None:
            self.thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        if self.thread.is_alive():
            self.thread.join(20)

    def rest(self):
        """Waits until the test is over."""
        self._over.wait(60)

    def _accept(self):
        while not self._over.is_set():
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            with connection:
                try:
                    self._behaviour(Peer(self, connection))
                except (EOFError, ConnectionError):
                    pass  # the module hung up, which is for the test to judge by what it logged
                except Exception as problem:  # pylint: disable=broad-except
                    self.errors.append(repr(problem))


def well(lease="0123456789abcdef", released=None, kept=True, session=None, change=None):
    """Answers as the interface says."""

    def behave(peer):
        call = peer.call()
        method = call["method"].removeprefix(INTERFACE)
        upgraded = method in ("KeepPassword", "ChangePassword", "ReleaseAuthtok")
        assert call.get("upgrade", False) == upgraded, call
        if method == "OpenSession":
            peer.reply({"lease": lease, "opened": 1, "refused": 0, **(session or {})})
        elif method == "CloseSession":
            peer.reply({})
        elif method == "KeepPassword":
            if kept:
                peer.want("password")
            peer.reply({"kept": kept})
        elif method == "ChangePassword":
            peer.want("old-password")
            peer.want("new-password")
            peer.reply({"changed": 1, "left": 0, **(change or {})})
        elif method == "ReleaseAuthtok":
            if released is not None:
                peer.offer(released)
            peer.reply({"released": released is not None})

    return behave


def hang(peer):
    peer.daemon.rest()


def hang_after_call(peer):
    peer.call()
    peer.daemon.rest()


def raw(data):
    """Answers every call with these bytes."""

    def behave(peer):
        peer.call()
        peer.send(data)
        peer.daemon.rest()

    return behave


def byte_by_byte(data, pause):
    def behave(peer):
        peer.call()
        for byte in data:
            peer.send(bytes([byte]))
            time.sleep(pause)

    return behave


def too_many(times, then):
    """Turns the first callers away, unasked."""
    turned = []

    def behave(peer):
        if len(turned) < times:
            turned.append(peer)
            parameters = {"message": "uid 0 already has 8 connections open", "hint": "tpm-keyring status", "limit": 8}
            peer.reply(parameters, error=INTERFACE + "TooManyConnections")
        else:
            then(peer)

    return behave


def refuse(error, **parameters):
    def behave(peer):
        peer.call()
        peer.reply(parameters, error=INTERFACE + error)

    return behave


def close_at_once(_peer):
    pass


def close_after_call(peer):
    peer.call()


class Impostor:
    """A process of another user that listens, and would answer; received() is what it was sent."""

    def __init__(self, path, uid=65534):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        os.chmod(os.path.dirname(path), 0o777)
        self._end, childs_end = socket.socketpair()
        self._child = os.fork()
        if self._child == 0:
            self._end.close()
            os.setgid(uid)
            os.setuid(uid)
            listener = socket.socket(socket.AF_UNIX)
            listener.bind(path)
            listener.listen()
            childs_end.sendall(b"ready")
            listener.settimeout(15)
            try:
                connection, _ = listener.accept()
                connection.settimeout(15)
                data = connection.recv(65536)
            except OSError:
                data = b"nobody came"
            childs_end.sendall(data or b"nothing")
            os._exit(0)
        childs_end.close()
        self._end.recv(5)

    def received(self):
        data = self._end.recv(65536)
        os.waitpid(self._child, 0)
        return data
