// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm.esys;

import java.time.Duration;

/**
 * What a return code asks for. Those with tries are done again after a pause that doubles from the first to
 * the longest, until the tries or the time are used up; the others are answers.
 */
enum Reaction {
    /** Nothing went wrong. */
    NONE,
    /** The TPM was busy and did nothing: the same call again. */
    RESEND(Integer.MAX_VALUE, Duration.ofMillis(20), Duration.ofSeconds(1), Duration.ofSeconds(10)),
    /** A PCR was extended while the session was open: all over in a new session. */
    NEW_SESSION(30, Duration.ofMillis(2), Duration.ofMillis(50), Duration.ofSeconds(10)),
    /** The TPM has no room; what is ours is flushed by now, so somebody else must make room. */
    WAIT_FOR_ROOM(3, Duration.ofMillis(100), Duration.ofMillis(400), Duration.ofSeconds(5)),
    /** An old saved session of somebody else blocks the counters; ours are flushed. */
    CONTEXT_GAP(1, Duration.ofMillis(20), Duration.ofMillis(20), Duration.ofSeconds(5)),
    /** The TPM waits for TPM2_Startup: it was reset behind our back. */
    START_UP(1, Duration.ZERO, Duration.ZERO, Duration.ofSeconds(5)),
    /** A handle of ours means nothing any more: drop all of them, once. */
    STALE_HANDLE(1, Duration.ZERO, Duration.ZERO, Duration.ofSeconds(5)),
    /** No answer came, or no whole one: connect anew, once. */
    RECONNECT(1, Duration.ZERO, Duration.ZERO, Duration.ofSeconds(5)),
    /** A persistent handle is not there. */
    HANDLE_MISSING,
    /** The policy does not hold. */
    POLICY_FAILED,
    /** The object is not of this TPM, or was changed. */
    NOT_OURS,
    /** An authorisation was wrong. */
    WRONG_AUTH,
    /** The TPM waits out wrong authorisations. */
    IN_LOCKOUT,
    /** The response was not made by who holds the session key. */
    FORGED_RESPONSE,
    /** Anything else. */
    UNEXPECTED;

    private final int tries;
    private final Duration firstPause;
    private final Duration longestPause;
    private final Duration total;

    Reaction() {
        this(0, Duration.ZERO, Duration.ZERO, Duration.ZERO);
    }

    Reaction(int tries, Duration firstPause, Duration longestPause, Duration total) {
        this.tries = tries;
        this.firstPause = firstPause;
        this.longestPause = longestPause;
        this.total = total;
    }

    /** Whether trying again may help. */
    boolean retryable() {
        return tries > 0;
    }

    int tries() {
        return tries;
    }

    Duration firstPause() {
        return firstPause;
    }

    Duration longestPause() {
        return longestPause;
    }

    Duration total() {
        return total;
    }
}
