// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tests;

import java.nio.charset.StandardCharsets;

/**
 * How a program ended.
 *
 * @param command what was run, for messages
 * @param status exit status
 * @param output standard output, byte for byte
 * @param errors standard error
 */
record Outcome(String command, int status, byte[] output, String errors) {
    /** Standard output as text, without the line break at its end. */
    String text() {
        return new String(output, StandardCharsets.UTF_8).stripTrailing();
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
