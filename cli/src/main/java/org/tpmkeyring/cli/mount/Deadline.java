// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.mount;

import java.time.Duration;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;

/** The time that one entry has, and what it goes to. */
final class Deadline {
    private final Duration limit;
    private final long endNanos;
    private volatile String step = "mount";

    Deadline(Duration limit) {
        this.limit = limit;
        this.endNanos = System.nanoTime() + limit.toNanos();
    }

    /** The next step, which nothing ends, is to read what may lie on a dead disk. */
    void reading(String path) {
        step = "reading " + path;
    }

    /**
     * What is left of it for the next step, which has to end by then.
     *
     * @throws KeyringException PROGRAM_FAILED when nothing is
     */
    Duration left(String next) {
        step = next;
        Duration left = Duration.ofNanos(endNanos - System.nanoTime());
        if (left.isNegative() || left.isZero()) {
            throw late("and not even begun");
        }
        return left;
    }

    /** The step that it is at did not end in time. */
    KeyringException late(String how) {
        return KeyringException.of(ErrorKind.PROGRAM_FAILED)
                .with("program", step)
                .with("reason", "it was not done within " + limit.toSeconds() + " s " + how)
                .with("hint", "journalctl -k -b")
                .build();
    }
}
