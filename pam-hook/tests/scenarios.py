#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the module in PAM applications, against daemons that answer well, badly or not at all.

    scenarios.py [--out=DIR] MODE [NAME]...    runs all of them, or these

MODE is plain, sanitizers (ASan and UBSan) or valgrind; those with pamtester are run in the first only. DIR is where the Makefile has put the programs. In each
scenario and each phase the application compares its own state before and after. Needs root.
"""
import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent import futures

import cases
import outcomes
import wrapped
from wrapped import test_module

HERE = os.path.dirname(os.path.abspath(__file__))
# far more than any deadline: what takes that long hangs
HANGS_S = 60
USER = "nobody"


class Stage:
    """What a scenario works with: a directory with a socket and PAM services, and a way to run applications."""

    def __init__(self, mode, out):
        self.mode = mode
        self.out = os.path.abspath(out)
        self.folder = tempfile.mkdtemp(prefix="pam-hook-")
        os.chmod(self.folder, 0o755)
        self.services = os.path.join(self.folder, "services")
        os.mkdir(self.services)
        self.socket = os.path.join(self.folder, "socket")
        programs = os.path.join(self.out, "asan") if mode == "sanitizers" else self.out
        self.module = os.path.join(programs, "pam_tpm_keyring.so")
        self.caller = os.path.join(programs, "caller")

    def service(self, name, options="", alone=False, socket=None, deadline="timeout=10s"):
        """Writes a PAM service. alone: nothing decides but the module, so that its result shows."""
        if "timeout=" not in options:
            options = f"{options} {deadline}"
        probe = os.path.join(self.out, "errno-probe.so")
        line = f"{self.module} socket={socket or self.socket} {options}"
        text = ""
        for phase in ("auth", "session", "password"):
            if alone:
                text += f"{phase} required {line}\n"
                continue
            text += f"{phase} optional {test_module('pam_set_items.so')}\n"
            text += f"{phase} optional {probe} set\n{phase} optional {line}\n{phase} optional {probe}\n"
            text += f"{phase} optional {test_module('pam_get_items.so')}\n{phase} required pam_permit.so\n"
        with open(os.path.join(self.services, name), "w", encoding="ascii") as file:
            file.write(text + "account required pam_permit.so\n")

    def run(self, service, *steps, flags=(), user=USER, **items):
        """Runs the application, and looks at what holds whatever happens."""
        command = [self.caller, *flags, self.services, service, user, *steps]
        environment = {"PATH": os.environ["PATH"], **items}
        if self.mode == "sanitizers":
            # who has changed his uid cannot be looked into for leaks
            leaks = not any(flag.startswith("--uid") for flag in flags)
            environment["ASAN_OPTIONS"] = f"exitcode=99:detect_leaks={int(leaks)}"
        if self.mode == "valgrind":
            command = [
                "valgrind", "-q", "--error-exitcode=99", "--leak-check=full", "--track-fds=no",
                "--errors-for-leak-kinds=definite,indirect,possible", "--show-leak-kinds=definite,indirect,possible",
                *command,
            ]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=HANGS_S, check=False)
        outcome = outcomes.Outcome(done.stdout)
        assert done.returncode == 0, (done.returncode, done.stdout, done.stderr)
        assert not done.stderr or self.mode == "valgrind", done.stderr
        assert not outcome.changed, outcome.changed
        assert not outcome.asked, outcome.asked
        assert len(outcome.results) == len(steps), done.stdout
        return outcome

    def close(self):
        shutil.rmtree(self.folder)


def run_one(mode, out, name):
    """The line to print of a scenario."""
    stage = Stage(mode, out)
    begin = time.monotonic()
    try:
        cases.SCENARIOS[name](stage)
    except Exception as problem:  # pylint: disable=broad-except # the other scenarios are run, whatever it is
        return f"FAILED {mode}: {name}: {type(problem).__name__} {problem}".replace("\n", "\\n")
    finally:
        stage.close()
    return f"ok {mode}: {name} ({time.monotonic() - begin:.1f} s)"


def main(arguments):
    out = os.path.join(HERE, "..", "target")
    if arguments[:1] and arguments[0].startswith("--out="):
        out = arguments.pop(0).removeprefix("--out=")
    if not arguments or arguments[0] not in ("plain", "sanitizers", "valgrind"):
        print(__doc__, file=sys.stderr)
        return 2
    mode, *names = arguments
    everything = [name for name in cases.SCENARIOS if mode == "plain" or name not in wrapped.SCENARIOS]
    # most of the time they wait
    with futures.ProcessPoolExecutor(2 * (os.cpu_count() or 1)) as pool:
        results = [pool.submit(run_one, mode, out, name) for name in names or everything]
        failed = 0
        for result in results:
            print(result.result(), flush=True)
            failed += result.result().startswith("FAILED")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
