# SPDX-License-Identifier: Apache-2.0
"""Scenarios with pamtester and libpam-wrapper, where pam_matrix asks for the password and decides.

pam_matrix keeps what it was told to itself, so another module of libpam-wrapper says it again, from the environment.
"""
import glob
import os
import subprocess

from fake_daemon import FakeDaemon, well

USER = "nobody"
SERVICES = {"login": True, "sshd": True, "su": False, "sudo": False, "cron": False}
SCENARIOS = {}


def write_service(stage, name):
    line = f"{stage.module} socket={stage.socket} timeout=2s"
    with open(os.path.join(stage.services, name), "w", encoding="ascii") as file:
        for phase in ("auth", "account", "password", "session"):
            file.write(f"{phase} required {test_module('pam_matrix.so')} passdb={stage.folder}/passwords\n")
            if phase != "account":
                file.write(f"{phase} optional {test_module('pam_set_items.so')}\n")
                file.write(f"{phase} optional {line}\n")
    with open(os.path.join(stage.folder, "passwords"), "w", encoding="ascii") as file:
        file.write(f"{USER}:the password:{name}\n")


def wrapper():
    return glob.glob("/usr/lib/*/libpam_wrapper.so")[0]


def test_module(name):
    """A module that libpam-wrapper brings."""
    return os.path.join(os.path.dirname(wrapper()), "pam_wrapper", name)


def pamtester(stage, service, lines, *operations, **items):
    environment = {
        "PATH": os.environ["PATH"],
        "LD_PRELOAD": wrapper(),
        "PAM_WRAPPER": "1",
        "PAM_WRAPPER_SERVICE_DIR": stage.services,
        **items,
    }
    return subprocess.run(
        ["pamtester", service, USER, *operations],
        env=environment, input="".join(line + "\n" for line in lines), capture_output=True, text=True, timeout=60, check=False,
    )


def calls_of(daemon):
    return [call["method"].rpartition(".")[2] for call in daemon.calls]


def register(service, ours):
    def login(stage):
        write_service(stage, service)
        with FakeDaemon(stage.socket, well()) as daemon:
            done = pamtester(stage, service, ["the password"], "authenticate", "acct_mgmt", "open_session", "close_session", PAM_AUTHTOK="the password")
        assert done.returncode == 0, done
        assert calls_of(daemon) == (["KeepPassword", "OpenSession", "CloseSession"] if ours else []), daemon.calls
        assert daemon.frames == ([b"the password"] if ours else []), daemon.frames

    def without_daemon(stage):
        write_service(stage, service)
        done = pamtester(stage, service, ["the password"], "authenticate", "open_session", "close_session", PAM_AUTHTOK="the password")
        assert done.returncode == 0, done

    def wrong_password(stage):
        write_service(stage, service)
        with FakeDaemon(stage.socket, well()):
            done = pamtester(stage, service, ["a wrong password"], "authenticate")
        assert done.returncode != 0 and "Authentication failure" in done.stderr, done

    def change(stage):
        write_service(stage, service)
        with FakeDaemon(stage.socket, well()) as daemon:
            done = pamtester(stage, service, ["the password", "another", "another"], "chauthtok", PAM_AUTHTOK="another", PAM_OLDAUTHTOK="the password")
        assert done.returncode == 0, done
        assert calls_of(daemon) == ["ChangePassword"], daemon.calls
        assert daemon.frames == [b"the password", b"another"], daemon.frames

    SCENARIOS[f"pamtester: {service}, login and logout"] = login
    SCENARIOS[f"pamtester: {service}, the daemon is absent"] = without_daemon
    SCENARIOS[f"pamtester: {service}, a wrong password"] = wrong_password
    SCENARIOS[f"pamtester: {service}, the password is changed"] = change


for one, is_ours in SERVICES.items():
    register(one, is_ours)
