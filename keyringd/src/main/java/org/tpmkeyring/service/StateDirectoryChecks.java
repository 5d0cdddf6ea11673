// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.tpmkeyring.protocol.api.Check;

/** Whether the directory of the vault files is as the daemon made it: its own, and closed to everybody else. */
final class StateDirectoryChecks {
    private static final String NAME = "state-directory";
    private static final int OTHERS = 0077;

    private final Path directory;

    StateDirectoryChecks(Path directory) {
        this.directory = directory;
    }

    List<Check> run() {
        try {
            Map<String, Object> found =
                    Files.readAttributes(directory, "unix:mode,uid,isDirectory", LinkOption.NOFOLLOW_LINKS);
            return List.of(judge(found, Files.getAttribute(Path.of("/proc/self"), "unix:uid")));
        } catch (IOException e) {
            String finding = "the state directory " + directory + " cannot be looked at: " + e.getMessage();
            return List.of(Checks.problem(NAME, finding, "ls -ld " + directory));
        }
    }

    private Check judge(Map<String, Object> found, Object ownUid) {
        int mode = (int) found.get("mode");
        if (!Boolean.TRUE.equals(found.get("isDirectory"))) {
            return Checks.problem(NAME, directory + " is no directory", "ls -ld " + directory);
        }
        if (!found.get("uid").equals(ownUid)) {
            String finding = directory + " belongs to uid " + found.get("uid") + ", the daemon runs as uid " + ownUid;
            return Checks.problem(NAME, finding, "chown -R " + ownUid + " " + directory);
        }
        if ((mode & OTHERS) != 0) {
            String finding = directory + " is open to others, its mode is " + Integer.toOctalString(mode & 07777);
            return Checks.problem(NAME, finding, "chmod 0700 " + directory);
        }
        return Checks.ok(NAME, directory + " belongs to the daemon and is closed to others");
    }
}
