# SPDX-License-Identifier: Apache-2.0
"""What tests/caller.c prints."""
PAM_SUCCESS = 0
PAM_PERM_DENIED = 6


class Outcome:
    """Fields of its lines, in their order."""

    def __init__(self, text):
        lines = [line.split("\t") for line in text.splitlines()]
        self.steps = [line[1] for line in lines if line[0] == "step"]
        self.results = [int(line[2]) for line in lines if line[0] == "step"]
        self.changed = [line[1:] for line in lines if line[0] == "changed"]
        self.said = [line[1] for line in lines if line[0] == "said"]
        self.asked = [line[1] for line in lines if line[0] == "asked"]
        self.authtok = next((line[1] for line in lines if line[0] == "authtok"), None)
        # libpam itself misses a service "other"
        self.log = [line[2] for line in lines if line[0] == "log" and not line[2].startswith("_pam_init_handlers")]

    def succeeded(self):
        """Each step, by the result of the stack."""
        assert set(self.results) == {PAM_SUCCESS}, (self.steps, self.results, self.log)
        return self

    def ignored(self):
        """Each step of a stack that has nothing but the module."""
        assert set(self.results) == {PAM_PERM_DENIED}, (self.steps, self.results, self.log)
        return self

    def logged(self, *parts):
        """One line for each of these, with that text in it, and no other line."""
        assert len(self.log) == len(parts), self.log
        for line, part in zip(self.log, parts):
            assert part in line, (part, line)
        return self
