// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.api;

/** What closing the door at the end of boot means for a vault. */
public enum VaultDoor {
    /** Nothing: the vault is not for boot, no TPM opens it, or there is no door. */
    NONE,
    /** The TPM opens it until the door is closed. */
    OPEN,
    /** The door is closed: the TPM opens it again at the next boot. */
    SHUT,
    /** It is for boot, and the TPM opens it at any time. */
    REOPENABLE
}
