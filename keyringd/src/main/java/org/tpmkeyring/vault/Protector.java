// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vault;

import java.util.Optional;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.tpm.SealedObject;

/** One way to get a vault's KEK back. */
public sealed interface Protector {
    /** Unique in its vault, such as {@code tpm2-1} or {@code recovery-2}; never used twice. */
    String id();

    /** Seconds since the epoch. */
    long created();

    /** The same under another id. */
    Protector withId(String newId);

    /**
     * The KEK itself, sealed by the TPM; with a PIN the KEK as {@link PinKeys} wraps it, sealed with an authorisation
     * value.
     *
     * @param sealed blob, parent and PCR values
     * @param pin how the PIN is stretched; empty where there is none
     */
    record Tpm2(String id, long created, SealedObject sealed, Optional<Stretching> pin) implements Protector {
        /** Without PIN. */
        public Tpm2(String id, long created, SealedObject sealed) {
            this(id, created, sealed, Optional.empty());
        }

        @Override
        public Tpm2 withId(String newId) {
            return new Tpm2(newId, created, sealed, pin);
        }
    }

    /**
     * The KEK, wrapped under a key derived from a recovery key (HKDF-SHA256, AES-256-GCM).
     *
     * @param salt 32 random bytes for HKDF
     * @param wrappedKek nonce, ciphertext and tag
     */
    record Recovery(String id, long created, Bytes salt, Bytes wrappedKek) implements Protector {
        @Override
        public Recovery withId(String newId) {
            return new Recovery(newId, created, salt, wrappedKek);
        }
    }

    /**
     * The KEK, wrapped under a key derived from a passphrase (scrypt, AES-256-GCM), without TPM.
     *
     * @param stretching salt and cost
     * @param wrappedKek nonce, ciphertext and tag
     */
    record Passphrase(String id, long created, Stretching stretching, Bytes wrappedKek) implements Protector {
        @Override
        public Passphrase withId(String newId) {
            return new Passphrase(newId, created, stretching, wrappedKek);
        }
    }
}
