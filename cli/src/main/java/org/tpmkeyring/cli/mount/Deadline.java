// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.mount;

import java.time.Duration;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;

/** The time that one entry has. */
final class Deadline {
    private final Duration limit;
    private final long endNanos;

    Deadline(Duration limit) {
        this.limit = limit;
        this.endNanos = System.nanoTime() + limit.toNanos();
    }

    /** The whole of it. */
    Duration limit() {
        return limit;
    }

    /**
     * What is left of it.
     *
     * @throws KeyringException PROGRAM_FAILED when nothing is
     */
    Duration left(String program) {
        Duration left = Duration.ofNanos(endNanos - System.nanoTime());
        if (left.isNegative() || left.isZero()) {
            throw late(program, "and not even begun");
        }
        return left;
    }

    /** A program did not end in time. */
    KeyringException late(String program, String how) {
        return KeyringException.of(ErrorKind.PROGRAM_FAILED)
                .with("program", program)
                .with("reason", "it was not done within " + limit.toSeconds() + " s " + how)
                .with("hint", "journalctl -k -b")
                .build();
    }
}
