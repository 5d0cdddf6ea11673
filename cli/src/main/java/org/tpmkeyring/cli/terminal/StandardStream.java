// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.terminal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the three standard streams are connected to. */
public enum StandardStream {
    IN(0),
    OUT(1),
    ERR(2);

    private final int descriptor;

    StandardStream(int descriptor) {
        this.descriptor = descriptor;
    }

    /**
     * Whether it is a terminal. Asked of {@code /proc/self/fd} (proc(5)), since
     * {@link System#console()} only tells it of input and output together.
     */
    public boolean isTerminal() {
        String file = file();
        return file.startsWith("/dev/pts/") || file.startsWith("/dev/tty") || file.equals("/dev/console");
    }

    /** Whether it is a pipe or a socket. */
    public boolean isPipe() {
        return file().startsWith("pipe:") || file().startsWith("socket:");
    }

    private String file() {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor))
                    .toString();
        } catch (IOException closed) {
            return "";
        }
    }
}
