// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vault;

import java.util.Optional;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.secret.AesGcm;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.secret.TagMismatchException;
import org.tpmkeyring.store.VaultId;
import org.tpmkeyring.tpm.Tpm;

/**
 * What a PIN is stretched to: the TPM's authorisation value, and a key under which the KEK is wrapped before it is
 * sealed, so that a broken TPM alone does not give the KEK. Wiped on close.
 */
public final class PinKeys implements AutoCloseable {
    private final SecretBuffer auth;
    private final SecretBuffer wrapping;
    private final Stretching stretching;

    private PinKeys(Stretching stretching, SecretBuffer both) {
        this.stretching = stretching;
        this.auth = both.copyOfRange(0, Tpm.AUTH_BYTES);
        this.wrapping = both.copyOfRange(Tpm.AUTH_BYTES, AesGcm.KEY_BYTES);
    }

    /**
     * Of a new PIN.
     *
     * @param pin stays the caller's
     */
    public static PinKeys fresh(SecretBuffer pin) {
        return of(Stretching.fresh(Stretching.PIN_COST), pin);
    }

    /**
     * Of the PIN of a protector, right or wrong.
     *
     * @param pin stays the caller's
     */
    public static PinKeys of(Stretching stretching, SecretBuffer pin) {
        try (SecretBuffer both = stretching.derive(pin, Tpm.AUTH_BYTES + AesGcm.KEY_BYTES)) {
            return new PinKeys(stretching, both);
        }
    }

    /** The TPM's authorisation value, 32 bytes; stays this object's. */
    public SecretBuffer auth() {
        return auth;
    }

    /** Salt and cost, which the protector keeps. */
    public Stretching stretching() {
        return stretching;
    }

    /**
     * What the TPM is to seal.
     *
     * @param created of the protector, seconds since the epoch
     * @param kek stays the caller's
     * @return the caller owns it
     */
    public SecretBuffer wrap(VaultId vault, long created, Kek kek) {
        Bytes wrapped = AesGcm.seal(wrapping, binding(vault, created), kek.secret());
        SecretBuffer sealable = SecretBuffer.allocate(wrapped.length());
        return sealable.withBytes(bytes -> {
            bytes.put(wrapped.toArray());
            return sealable;
        });
    }

    /**
     * The way back.
     *
     * @param unsealed stays the caller's
     * @return the KEK, which the caller owns; empty when it was not wrapped under this PIN for this vault
     */
    public Optional<Kek> unwrap(VaultId vault, long created, SecretBuffer unsealed) {
        Bytes wrapped = unsealed.withBytes(bytes -> {
            byte[] ciphertext = new byte[bytes.remaining()];
            bytes.get(ciphertext);
            return Bytes.copyOf(ciphertext);
        });
        return opened(wrapping, binding(vault, created), wrapped);
    }

    /** The KEK that was wrapped under a key; a plaintext of another length is none. */
    static Optional<Kek> opened(SecretBuffer key, Bytes binding, Bytes wrapped) {
        if (wrapped.length() != AesGcm.OVERHEAD_BYTES + Kek.SIZE_BYTES) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Kek(AesGcm.open(key, binding, wrapped)));
        } catch (TagMismatchException e) {
            return Optional.empty();
        }
    }

    private static Bytes binding(VaultId vault, long created) {
        return new CanonicalBytes("tpm-keyring 1 pin")
                .text(vault.text())
                .number(created)
                .toBytes();
    }

    @Override
    public void close() {
        auth.close();
        wrapping.close();
    }
}
