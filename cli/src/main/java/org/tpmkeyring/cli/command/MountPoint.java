// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Finds where the file system of a directory is mounted, so that nobody has to say it twice. */
final class MountPoint {
    private static final String DEVICE = "unix:dev";

    private MountPoint() {}

    /**
     * The topmost directory above a path that is on the same device (stat(2), st_dev). The path itself when
     * it cannot be looked at; the daemon then says what is wrong with it.
     */
    static Path of(Path directory) {
        try {
            Path here = directory.toRealPath();
            Object device = Files.getAttribute(here, DEVICE);
            Path above = here.getParent();
            while (above != null && device.equals(Files.getAttribute(above, DEVICE))) {
                here = above;
                above = here.getParent();
            }
            return here;
        } catch (IOException unreadable) {
            return directory.toAbsolutePath().normalize();
        }
    }
}
