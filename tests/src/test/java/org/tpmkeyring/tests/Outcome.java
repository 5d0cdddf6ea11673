// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tests;

import java.nio.charset.StandardCharsets;

/** How a program ended. */
final class Outcome {
    private final String command;
    private final int status;
    private final byte[] output;
    private final String errors;

    Outcome(String command, int status, byte[] output, String errors) {
        this.command = command;
        this.status = status;
        this.output = output;
        this.errors = errors;
    }

    /** Exit status. */
    int status() {
        return status;
    }

    /** Standard output, byte for byte. */
    byte[] output() {
        return output.clone();
    }

    /** Standard output as text, without the line break at its end. */
    String text() {
        return new String(output, StandardCharsets.UTF_8).stripTrailing();
    }

    /** Standard error. */
    String errors() {
        return errors;
    }

    /**
     * @throws AssertionError when it ended with anything but 0
     */
    Outcome ok() {
        return endedWith(0);
    }

    /**
     * @throws AssertionError when it ended with another status
     */
    Outcome endedWith(int expected) {
        if (status != expected) {
            throw new AssertionError(
                    command + " ended with " + status + " instead of " + expected + "\n" + text() + "\n" + errors);
        }
        return this;
    }
}
