// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm;

/**
 * The TPM as it was last seen.
 *
 * @param device TCTI string
 * @param software whether it is a simulation (swtpm, mssim, or a vendor string that says so)
 * @param health as of the last call
 * @param detail manufacturer and firmware, or why it is unavailable
 */
public record TpmSnapshot(String device, boolean software, Health health, String detail) {
    /** How the last call went. */
    public enum Health {
        UNTRIED,
        READY,
        UNAVAILABLE,
        LOCKOUT
    }
}
