// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.terminal;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * stty(1) on the controlling terminal. A child process, since the JDK has no tcsetattr and the command
 * line loads no native code of its own.
 */
final class Stty {
    private static final File TTY = new File("/dev/tty");

    private Stty() {}

    /**
     * @return what it prints, stripped
     * @throws IOException when it cannot be run or fails
     */
    static String run(String argument) throws IOException {
        Process stty = new ProcessBuilder("stty", argument)
                .redirectInput(TTY)
                .redirectErrorStream(true)
                .start();
        String text = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
        try {
            if (stty.waitFor() != 0) {
                throw new IOException("stty " + argument + ": " + text);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while stty ran", e);
        }
        return text;
    }
}
