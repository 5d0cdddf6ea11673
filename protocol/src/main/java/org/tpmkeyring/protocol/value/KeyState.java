// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.value;

/** What the kernel says about a key right now; never remembered, always asked. */
public enum KeyState {
    /** Not in the kernel. */
    LOCKED,
    /** In the kernel, usable. */
    DELIVERED,
    /** Part of it is in the kernel (one of two eCryptfs tokens). */
    PARTIAL,
    /** Somebody revoked it; the next unlock puts it back. */
    REVOKED,
    /** Its timeout passed; the next unlock puts it back. */
    EXPIRED,
    /** A key with its description is there but was not put there by keyringd. */
    REPLACED,
    /** Its file system is not mounted or its kernel interface cannot be asked. */
    UNKNOWN,
    /** The kernel never has it: it is handed over at each login, while the TPM opens its vault. */
    AT_LOGIN
}
