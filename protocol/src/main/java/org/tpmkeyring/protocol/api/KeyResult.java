// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.api;

/** The possible results for one key in an unlock or lock. */
public enum KeyResult {
    /** Delivered by this call. */
    DELIVERED,
    /** It was in place already. */
    IN_PLACE,
    /** Taken away by this call. */
    REMOVED,
    /** There was nothing to take away. */
    ABSENT,
    /** The file system keeps it until files are closed. */
    BUSY,
    /** Not done; the reason is beside it. */
    FAILED
}
