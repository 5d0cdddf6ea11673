// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vault;

import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.tpm.SealedObject;

/** One way to get a vault's KEK back. */
public sealed interface Protector {
    /** Unique in its vault, such as {@code tpm2-1} or {@code recovery-2}; never used twice. */
    String id();

    /** Seconds since the epoch. */
    long created();

    /**
     * The KEK itself, sealed by the TPM.
     *
     * @param sealed blob, parent and PCR values
     */
    record Tpm2(String id, long created, SealedObject sealed) implements Protector {}

    /**
     * The KEK, wrapped under a key derived from a recovery key (HKDF-SHA256, AES-256-GCM).
     *
     * @param salt 32 random bytes for HKDF
     * @param wrappedKek nonce, ciphertext and tag
     */
    record Recovery(String id, long created, Bytes salt, Bytes wrappedKek) implements Protector {}
}
