// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.api;

/** The TPM as the daemon last saw it. */
public enum TpmState {
    READY,
    /** Not asked yet. */
    UNTRIED,
    UNAVAILABLE,
    LOCKOUT
}
