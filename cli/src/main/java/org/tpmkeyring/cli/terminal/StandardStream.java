// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.terminal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the three standard streams are connected to. */
public enum StandardStream {
    IN,
    OUT,
    ERR;

    /**
     * Whether it is a terminal. Asked of {@code /proc/self/fd} (proc(5)), since
     * {@link System#console()} only tells it of input and output together.
     */
    public boolean isTerminal() {
        try {
            String file = Files.readSymbolicLink(Path.of("/proc/self/fd/" + ordinal()))
                    .toString();
            return file.startsWith("/dev/pts/") || file.startsWith("/dev/tty") || file.equals("/dev/console");
        } catch (IOException closed) {
            return false;
        }
    }
}
