// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.server;

import java.time.Duration;

/**
 * A point in time by which something has to be done.
 *
 * @param nanoTime on the clock of {@link System#nanoTime()}
 */
record Deadline(long nanoTime) {
    static Deadline in(Duration time) {
        return new Deadline(System.nanoTime() + time.toNanos());
    }

    /** Milliseconds left, rounded up, so that it is 0 only when the time is over. */
    int millisLeft() {
        long nanosLeft = nanoTime - System.nanoTime();
        if (nanosLeft <= 0) {
            return 0;
        }
        return (int) Math.min(Integer.MAX_VALUE, (nanosLeft + 999_999) / 1_000_000);
    }
}
