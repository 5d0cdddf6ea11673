// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.program;

import java.util.List;

/**
 * How a program ended.
 *
 * @param status its exit status; 128 and more after a signal
 * @param out what it printed
 * @param whole whether that is all of it: too much is cut off, and nobody waits for ever for what comes late
 * @param err what it complained of
 */
public record Ended(int status, String out, boolean whole, String err) {
    private static final int MOST_LINES = 3;

    /** Whether its exit status is 0. */
    public boolean succeeded() {
        return status == 0;
    }

    /** Its complaint in one line: what keyctl(1) says as a wrapper left out. */
    public String complaint() {
        List<String> lines = err.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("Joined session keyring"))
                .limit(MOST_LINES)
                .toList();
        return lines.isEmpty() ? "it ended with status " + status : String.join("; ", lines);
    }
}
