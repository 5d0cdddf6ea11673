// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.wire;

import java.time.Duration;

/** The limits of the wire, the same on both sides. */
public final class Limits {
    /** Longest call without its NUL, bytes. */
    public static final int MESSAGE_BYTES = 64 * 1024;

    /** Longest reply without its NUL, bytes: a list of some thousand keys. */
    public static final int REPLY_BYTES = 4 * 1024 * 1024;

    /** Most tokens in a call: 64 KiB of empty objects would be megabytes of tree. */
    public static final int CALL_TOKENS = 2048;

    /** Deepest nesting of objects and arrays in a message. */
    public static final int NESTING = 8;

    /** Longest secret frame, bytes: the largest payload of a user key (security/keys/user_defined.c). */
    public static final int SECRET_BYTES = 32_767;

    /** Time for one message to arrive whole, once its first byte is due. */
    public static final Duration MESSAGE_DEADLINE = Duration.ofSeconds(5);

    /** Time for a person to type a secret or to confirm one that was shown. */
    public static final Duration SECRET_DEADLINE = Duration.ofMinutes(10);

    private Limits() {}
}
