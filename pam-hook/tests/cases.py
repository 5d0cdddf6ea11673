# SPDX-License-Identifier: Apache-2.0
"""The scenarios, by their names."""
import json
import os
import pwd
import socket
import threading
import time

import fake_daemon as fake
import wrapped
from fake_daemon import FakeDaemon, Impostor, well

OWNER = pwd.getpwnam("nobody").pw_uid
PASSWORD = "pa\u00dfwort \"\\ 1"
OLD = "the old one"
SCENARIOS = {}


def scenario(name):
    def register(function):
        assert name not in SCENARIOS
        SCENARIOS[name] = function
        return function

    return register


# Each phase with what it takes to be asked: step, options, items, method.
PHASES = {
    "open": ("open", "", {}, "OpenSession"),
    "close": ("close", "", {}, "CloseSession"),
    "auth": ("auth", "", {"PAM_AUTHTOK": PASSWORD}, "KeepPassword"),
    "authtok": ("auth", "authtok", {}, "ReleaseAuthtok"),
    "chauthtok": ("chauthtok", "", {"PAM_AUTHTOK": PASSWORD, "PAM_OLDAUTHTOK": OLD}, "ChangePassword"),
}


def methods(daemon):
    return [call["method"].removeprefix(fake.INTERFACE) for call in daemon.calls]


def fine(daemon):
    assert not daemon.errors, daemon.errors


# -- the daemon answers well


def register_good(service):
    @scenario(f"{service}: all phases")
    def all_phases(stage):
        stage.service(service)
        with FakeDaemon(stage.socket, well()) as daemon:
            outcome = stage.run(service, "auth", "setcred", "open", "close", "chauthtok", PAM_AUTHTOK=PASSWORD, PAM_OLDAUTHTOK=OLD)
        outcome.succeeded().logged()
        assert methods(daemon) == ["KeepPassword", "OpenSession", "CloseSession", "ChangePassword"], daemon.calls
        assert daemon.frames == [PASSWORD.encode(), OLD.encode(), PASSWORD.encode()], "frames differ"
        assert daemon.calls[0]["parameters"] == {"owner": OWNER}
        assert daemon.calls[1]["parameters"] == {"owner": OWNER, "service": service}
        assert daemon.calls[2]["parameters"] == {"owner": OWNER, "lease": "0123456789abcdef"}
        fine(daemon)


for one in ("login", "sshd", "gdm-password"):
    register_good(one)


@scenario("auth in one process, session in another")
def two_processes(stage):
    stage.service("sshd")
    with FakeDaemon(stage.socket, well()) as daemon:
        stage.run("sshd", "fork:auth", "open", "fork:setcred", "close", PAM_AUTHTOK=PASSWORD).succeeded().logged()
    assert methods(daemon) == ["KeepPassword", "OpenSession", "CloseSession"], daemon.calls
    assert daemon.calls[2]["parameters"]["lease"] == "0123456789abcdef"
    fine(daemon)


@scenario("a session that another process closes has no lease, and is closed all the same")
def close_elsewhere(stage):
    stage.service("sshd")
    with FakeDaemon(stage.socket, well()) as daemon:
        stage.run("sshd", "fork:open", "close").succeeded().logged()
    assert daemon.calls[1]["parameters"] == {"owner": OWNER}, daemon.calls


def register_quiet(service, options="", **how):
    @scenario(f"{service} asks nothing" + (f" with {options}" if options else "") + (f" {how}" if how else ""))
    def quiet(stage):
        stage.service(service, options)
        flags = [f"--{name}={value}" for name, value in how.items()]
        with FakeDaemon(stage.socket, well()) as daemon:
            steps = ["auth", "setcred", "open", "close"]
            stage.run(service, *steps, flags=flags, PAM_AUTHTOK=PASSWORD).succeeded().logged()
        assert daemon.connections == 0, daemon.calls


for one in ("su", "su-l", "sudo", "sudo-i", "cron", "atd", "runuser", "polkit-1", "logi", "login2"):
    register_quiet(one)
register_quiet("cron", "no-such-option")
register_quiet("login", "services=sshd")
register_quiet("su", "services=su,login")
register_quiet("runuser", "services=+runuser")
register_quiet("sudo", "services=+sudo")
register_quiet("sudo", "services=+sudo", ruser="root")
register_quiet("login", uid="1000 1000")
register_quiet("login", uid="0 1000")


def register_asked(service, options, **how):
    @scenario(f"{service} asks with {options} {how}")
    def asked(stage):
        stage.service(service, options)
        flags = [f"--{name}={value}" for name, value in how.items()]
        with FakeDaemon(stage.socket, well()) as daemon:
            stage.run(service, "open", "close", flags=flags).succeeded().logged()
        assert methods(daemon) == ["OpenSession", "CloseSession"], daemon.calls


register_asked("cron", "services=sshd,cron")
register_asked("cron", "services=+cron")
register_asked("login", "services=+cron")
register_asked("sudo", "services=+sudo", ruser="nobody")
register_asked("su", "services=su", uid="1000 0")


@scenario("a password is changed in any service")
def passwd(stage):
    stage.service("passwd", "services=none", alone=False)
    with FakeDaemon(stage.socket, well()) as daemon:
        stage.run("passwd", "chauthtok", PAM_AUTHTOK=PASSWORD, PAM_OLDAUTHTOK=OLD).succeeded().logged()
    assert daemon.frames == [OLD.encode(), PASSWORD.encode()]


@scenario("root changes a password without the old one")
def passwd_by_root(stage):
    left = {"changed": 0, "left": 1, "message": "vault 'home' still opens with the old password", "hint": "tpm-keyring recover home"}
    stage.service("passwd")
    with FakeDaemon(stage.socket, well(change=left)) as daemon:
        outcome = stage.run("passwd", "chauthtok", PAM_AUTHTOK=PASSWORD).succeeded()
    outcome.logged("vault 'home' still opens with the old password (hint: tpm-keyring recover home)")
    assert outcome.said == ["tpm-keyring: vault 'home' still opens with the old password\\nhint: tpm-keyring recover home"]
    assert daemon.frames == [b"", PASSWORD.encode()]


@scenario("there is nothing to give: nothing is asked")
def nothing_to_give(stage):
    stage.service("login")
    with FakeDaemon(stage.socket, well()) as daemon:
        stage.run("login", "auth", "chauthtok").succeeded().logged()
        stage.run("login", "auth", "chauthtok", PAM_AUTHTOK="").succeeded().logged()
    assert daemon.connections == 0


@scenario("no vault takes a password: none is sent")
def not_kept(stage):
    stage.service("login", "debug")
    with FakeDaemon(stage.socket, well(kept=False)) as daemon:
        stage.run("login", "auth", PAM_AUTHTOK=PASSWORD).succeeded().logged("no vault takes it")
    assert daemon.frames == []


@scenario("authtok: the modules after us get the password")
def released(stage):
    stage.service("gdm-fingerprint", "authtok")
    with FakeDaemon(stage.socket, well(released=PASSWORD.encode())) as daemon:
        outcome = stage.run("gdm-fingerprint", "auth").succeeded().logged()
    assert outcome.authtok == PASSWORD, outcome.authtok
    assert daemon.frames == [b""]
    fine(daemon)


@scenario("authtok: the longest and none")
def released_edges(stage):
    stage.service("login", "authtok")
    for secret in (b"x" * 511, None):
        with FakeDaemon(stage.socket, well(released=secret)) as daemon:
            outcome = stage.run("login", "auth").succeeded().logged()
        assert outcome.authtok == (secret.decode() if secret else None)
        fine(daemon)
        os.unlink(stage.socket)


@scenario("the module alone in its stack: auth lets nobody in")
def alone(stage):
    stage.service("login", "authtok", alone=True)
    with FakeDaemon(stage.socket, well(released=b"secret")):
        stage.run("login", "auth", "setcred").ignored()
        stage.run("login", "open", "close").succeeded()
        # PAM asks whether it can be done first, and we are not to say so
        stage.run("login", "chauthtok").ignored()


@scenario("a message for the person is shown and logged once")
def message(stage):
    told = {"refused": 1, "message": "vault 'home' stays locked: the boot is another one\u001b[2J\u0085", "hint": "tpm-keyring\nexplain home"}
    stage.service("login")
    with FakeDaemon(stage.socket, well(session=told)):
        outcome = stage.run("login", "open").succeeded()
        silent = stage.run("login", "open", flags=["--silent"]).succeeded()
        deaf = stage.run("login", "open", flags=["--no-conversation"]).succeeded()
    sentence = "vault 'home' stays locked: the boot is another one?[2J"
    outcome.logged(sentence)
    assert len(outcome.said) == 1 and "\x1b" not in outcome.said[0] and "\x85" not in outcome.said[0], outcome.said
    assert outcome.said[0].startswith("tpm-keyring: " + sentence), outcome.said
    assert outcome.said[0].endswith("\\nhint: tpm-keyring?explain home"), outcome.said
    silent.logged(sentence)
    assert silent.said == []
    deaf.logged(sentence)


@scenario("an owner without login vaults: nothing to close")
def nobody(stage):
    stage.service("login", alone=True)
    with FakeDaemon(stage.socket, well(lease="")) as daemon:
        stage.run("login", "open", "close").ignored().logged()
    assert methods(daemon) == ["OpenSession"]


@scenario("logind's name for the session is told")
def logind(stage):
    stage.service("login")
    with FakeDaemon(stage.socket, well()) as daemon:
        stage.run("login", "open", flags=["--pam-env=XDG_SESSION_ID=c2"]).succeeded().logged()
        stage.run("login", "open", flags=['--pam-env=XDG_SESSION_ID=c"2']).succeeded().logged()
    assert daemon.calls[0]["parameters"] == {"owner": OWNER, "service": "login", "login": "c2"}
    assert daemon.calls[1]["parameters"] == {"owner": OWNER, "service": "login"}


@scenario("two sessions of one process, and one that PAM forgets")
def two_sessions(stage):
    stage.service("login")
    with FakeDaemon(stage.socket, well()) as daemon:
        stage.run("login", "open", "open", "close", "close").succeeded().logged()
        stage.run("login", "open").succeeded().logged()
    assert methods(daemon) == ["OpenSession", "OpenSession", "CloseSession", "CloseSession", "OpenSession"]
    assert "lease" not in daemon.calls[3]["parameters"]


# -- the caller is a peculiar one


def register_caller(name, *flags):
    @scenario(f"{name}, all phases")
    def peculiar(stage):
        stage.service("login")
        slowly = {"session": {"message": "m", "hint": "h"}}
        with FakeDaemon(stage.socket, well(**slowly)) as daemon:
            stage.run("login", "auth", "open", "close", "chauthtok", flags=flags, PAM_AUTHTOK=PASSWORD, PAM_OLDAUTHTOK=OLD).succeeded()
        assert len(daemon.calls) == 4
        fine(daemon)


register_caller("signals all the time", "--storm")
register_caller("standard streams are closed", "--closed-streams")


@scenario("signals all the time, and no answer")
def storm_and_hang(stage):
    stage.service("login", "timeout=300")
    with FakeDaemon(stage.socket, fake.hang_after_call):
        stage.run("login", "open", flags=["--storm"]).succeeded().logged("did not answer in time")


# -- the daemon answers badly: each phase


def garbage(name):
    ok = json.dumps({"parameters": {"lease": "x"}}).encode()
    return {
        "no JSON": b"hello\0",
        "an empty message": b"\0",
        "a thousand NUL": b"\0" * 1000,
        "bytes that are no text": b"\xff\xfe\x80" * 99 + b"\0",
        "an unknown member": b'{"parameters":{"lease":"x"},"surplus":1}\0',
        "something behind": ok + b"x\0",
        "too deep": b'{"parameters":' + b'{"a":' * 40 + b"1" + b"}" * 40 + b"}\0",
        "another step": b'{"parameters":{"want":"private-key","maxBytes":512},"continues":true}\0',
        "an offer of something else": b'{"parameters":{"offer":"key"},"continues":true}\0',
    }[name]


def register_bad(phase):
    step, options, items, _ = PHASES[phase]

    def bad(name, behaviour, part, options_more="timeout=300", tests=None):
        @scenario(f"{phase}: {name}")
        def one(stage):
            stage.service("login", f"{options} {options_more}", alone=False)
            if behaviour is None:
                outcome = stage.run("login", step, **items)
            else:
                with FakeDaemon(stage.socket, behaviour) as daemon:
                    outcome = stage.run("login", step, **items)
                fine(daemon)
                # a password goes to nobody who has not asked for it
                assert daemon.frames == [], daemon.frames
            outcome.succeeded().logged(part)
            assert outcome.authtok == items.get("PAM_AUTHTOK"), outcome.authtok
            if tests:
                tests(outcome)

    bad("the daemon is absent", None, "cannot be reached: No such file")
    bad("it accepts and hangs", fake.hang, "did not answer in time")
    bad("it reads and hangs", fake.hang_after_call, "did not answer in time")
    bad("it answers too slowly", fake.byte_by_byte(b'{"parameters":{"message":"' + b"x" * 400, 0.1), "did not answer in time")
    bad("it closes at once", fake.close_at_once, "closed the connection")
    bad("it closes after the call", fake.close_after_call, "closed the connection")
    bad("it closes within the reply", fake.byte_by_byte(b'{"parameters":{', 0), "closed the connection", "timeout=9s")
    bad("the reply is huge", fake.raw(b'{"parameters":{"message":"' + b"x" * 100000), "reply is too long", "timeout=9s")
    bad("it is always taken", fake.too_many(10000, None), " in time")
    bad("it refuses", fake.refuse("RescueMode", message="rescue mode", hint="tpm-keyring vault list"), "rescue mode (hint: tpm-keyring vault list)")
    bad("it refuses without a word", fake.refuse("Unexpected"), "org.tpmkeyring.Unexpected")
    for name in ("no JSON", "an empty message", "a thousand NUL", "bytes that are no text", "an unknown member",
                 "something behind", "too deep", "another step", "an offer of something else"):
        part = "it was not sent" if name.startswith(("another", "an offer")) and phase in ("auth", "chauthtok") else "is not understood"
        bad(f"the reply is garbage: {name}", fake.raw(garbage(name)), part, "timeout=9s")

    @scenario(f"{phase}: the socket is left of a daemon that is gone")
    def stale(stage):
        stage.service("login", options)
        with FakeDaemon(stage.socket, well()):
            pass
        stage.run("login", step, **items).succeeded().logged("cannot be reached: Connection refused")

    @scenario(f"{phase}: an impostor listens, who is not root")
    def impostor(stage):
        path = os.path.join(stage.folder, "theirs", "socket")
        stage.service("login", options, socket=path)
        other = Impostor(path)
        stage.run("login", step, **items).succeeded().logged("not root: nothing was sent")
        assert other.received() == b"nothing"

    @scenario(f"{phase}: the backlog is full")
    def backlog(stage):
        stage.service("login", f"{options} timeout=300")
        with FakeDaemon(stage.socket, None, backlog=0):
            waiting = fill(stage.socket)
            stage.run("login", step, **items).succeeded().logged("became free in time")
            for connection in waiting:
                connection.close()

    @scenario(f"{phase}: turned away twice, then answered")
    def turned_away(stage):
        stage.service("login", options)
        with FakeDaemon(stage.socket, fake.too_many(2, well(released=b"x"))) as daemon:
            stage.run("login", step, **items).succeeded().logged()
        assert daemon.connections == 3
        fine(daemon)


def fill(path):
    waiting = []
    while True:
        connection = socket.socket(socket.AF_UNIX)
        connection.setblocking(False)
        waiting.append(connection)
        try:
            connection.connect(path)
        except BlockingIOError:
            return waiting


for one in PHASES:
    register_bad(one)


@scenario("the backlog is full for a while")
def backlog_empties(stage):
    stage.service("login", "timeout=10s")
    with FakeDaemon(stage.socket, None, backlog=0) as daemon:
        waiting = fill(stage.socket)

        def relieve():
            time.sleep(0.3)
            for connection in waiting:
                connection.close()
            daemon._behaviour = well()
            daemon.thread.start()

        threading.Thread(target=relieve, daemon=True).start()
        stage.run("login", "open").succeeded().logged()
    assert methods(daemon) == ["OpenSession"]


@scenario("the default deadline lets a login go on")
def default_deadline(stage):
    stage.service("login", deadline="")
    with FakeDaemon(stage.socket, fake.hang_after_call):
        begin = time.monotonic()
        stage.run("login", "open").succeeded().logged("did not answer in time")
        assert time.monotonic() - begin >= 1.9, "that was too short"


@scenario("a slow daemon that is in time")
def slow_but_well(stage):
    reply = json.dumps({"parameters": {"lease": "0123456789abcdef", "opened": 1, "refused": 0}}).encode() + b"\0"
    stage.service("login", "timeout=10s", alone=True)
    with FakeDaemon(stage.socket, fake.byte_by_byte(reply, 0.005)):
        stage.run("login", "open").succeeded().logged()


@scenario("passwords that the daemon does not take are not sent")
def too_long(stage):
    stage.service("login")
    for items in ({"PAM_AUTHTOK": "x" * 513}, {"PAM_AUTHTOK": "x" * 40000}):
        with FakeDaemon(stage.socket, well()) as daemon:
            stage.run("login", "auth", **items).succeeded().logged("longer than the daemon takes")
        assert daemon.frames == []
        os.unlink(stage.socket)


@scenario("the daemon hangs with the password in its hands")
def hang_with_password(stage):
    def behave(peer):
        peer.call()
        peer.want("password")
        peer.daemon.rest()

    stage.service("login", "timeout=300")
    with FakeDaemon(stage.socket, behave) as daemon:
        stage.run("login", "auth", PAM_AUTHTOK=PASSWORD).succeeded().logged("did not answer in time")
    assert daemon.frames == [PASSWORD.encode()]


@scenario("a password change that is not answered is told to the person")
def change_untold(stage):
    stage.service("passwd")
    outcome = stage.run("passwd", "chauthtok", PAM_AUTHTOK=PASSWORD).succeeded().logged("cannot be reached")
    assert len(outcome.said) == 1 and "systemctl status keyringd.service" in outcome.said[0], outcome.said
    assert stage.run("passwd", "chauthtok", flags=["--silent"], PAM_AUTHTOK=PASSWORD).said == []


def frames_that_are_no_password():
    step = b'{"parameters":{"offer":"authtok"},"continues":true}\0'
    return {
        "empty": step + b"\0\0\0\0",
        "too long": step + b"\0\0\2\0" + b"x" * 512,
        "of four gigabytes": step + b"\xff\xff\xff\xff" + b"x" * 512,
        "with a NUL": step + b"\0\0\0\3a\0b",
        "followed by more": step + b"\0\0\0\1xy",
    }


def register_frame(name, data):
    @scenario(f"authtok: a frame {name}")
    def one(stage):
        stage.service("login", "authtok")
        with FakeDaemon(stage.socket, fake.raw(data)):
            outcome = stage.run("login", "auth").succeeded().logged("cannot be a password")
        assert outcome.authtok is None


for one, bytes_of_it in frames_that_are_no_password().items():
    register_frame(one, bytes_of_it)


@scenario("authtok: a frame that never comes whole")
def half_frame(stage):
    stage.service("login", "authtok timeout=300")
    with FakeDaemon(stage.socket, fake.raw(b'{"parameters":{"offer":"authtok"},"continues":true}\0\0\0\0\5abc')):
        outcome = stage.run("login", "auth").succeeded().logged("did not answer in time")
    assert outcome.authtok is None


# -- options


def register_options(text, *lines):
    @scenario(f"options: {text}")
    def one(stage):
        # without a daemon, which is tried whatever the options are, so that no time is too short
        stage.service("login", text, deadline="")
        stage.run("login", "open").succeeded().logged(*lines, "cannot be reached")


for one in ("1", "500", "500ms", "2s", "10s", "10000"):
    register_options(f"timeout={one}")
for one in ("timeout=0", "timeout=", "timeout=11s", "timeout=10001", "timeout=99999999999999999999", "timeout=2m",
            "timeout=-1", "timeout=1.5s", "services=", "services=a,,b", "services=a;b", "services=+", "unknown",
            "debugging", "Debug", "authtok=1"):
    register_options(one, f"option '{one}' is not understood")
register_options("one two three", "option 'one' is not understood")


@scenario("options: debug tells what was done")
def debug(stage):
    stage.service("login", "debug")
    with FakeDaemon(stage.socket, well(released=b"x")):
        outcome = stage.run("login", "auth", "open", "close", "chauthtok", PAM_AUTHTOK=PASSWORD, PAM_OLDAUTHTOK=OLD).succeeded()
    outcome.logged("kept for the session", "lease '0123456789abcdef', 1 vaults opened, 0 refused", "closed", "1 protectors changed, 0 left")
    assert PASSWORD not in str(outcome.log) and OLD not in str(outcome.log)


@scenario("options: a socket that is no path")
def bad_socket(stage):
    for path in ("relative", "/" + "x" * 120):
        stage.service("login", "", socket=path)
        log = stage.run("login", "open").succeeded().log
        assert "is not understood" in log[0], log


@scenario("the user is not known, and his name is not logged")
def unknown_user(stage):
    stage.service("login")
    with FakeDaemon(stage.socket, well()) as daemon:
        outcome = stage.run("login", "auth", user="hunter2", PAM_AUTHTOK=PASSWORD).succeeded()
        outcome.logged("the user is not known")
    assert "hunter2" not in outcome.log[0]
    assert daemon.connections == 0


SCENARIOS.update(wrapped.SCENARIOS)
