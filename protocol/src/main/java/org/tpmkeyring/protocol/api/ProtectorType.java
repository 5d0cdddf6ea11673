// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.api;

/** The kinds of protector. */
public enum ProtectorType {
    /** A sealing by this machine's TPM under a PCR policy. */
    TPM2,
    /** A 256-bit recovery key on paper. */
    RECOVERY,
    /** A passphrase, without TPM. */
    PASSPHRASE
}
