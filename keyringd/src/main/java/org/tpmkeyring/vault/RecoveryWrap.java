// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vault;

import java.util.Optional;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.secret.AesGcm;
import org.tpmkeyring.secret.Hkdf;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.secret.SecretRandom;
import org.tpmkeyring.secret.TagMismatchException;
import org.tpmkeyring.store.VaultId;

/**
 * Wraps a KEK under a recovery key: HKDF-SHA256 with a salt of its own, then AES-256-GCM. The recovery key has
 * 256 random bits, so that no slow derivation is needed.
 */
public final class RecoveryWrap {
    /** Length of a recovery key. */
    public static final int RECOVERY_KEY_BYTES = 32;

    private static final int SALT_BYTES = 32;

    private RecoveryWrap() {}

    /**
     * Makes a protector.
     *
     * @param id of the new protector
     * @param created seconds since the epoch
     * @param recoveryKey 32 bytes; stays the caller's
     */
    public static Protector.Recovery wrap(VaultId vault, String id, long created, Kek kek, SecretBuffer recoveryKey) {
        Bytes salt = SecretRandom.publicBytes(SALT_BYTES);
        Bytes binding = binding(vault, id, created);
        try (SecretBuffer key = Hkdf.derive(recoveryKey, salt, binding, AesGcm.KEY_BYTES)) {
            return new Protector.Recovery(id, created, salt, AesGcm.seal(key, binding, kek.secret()));
        }
    }

    /**
     * Tries a recovery key.
     *
     * @param recoveryKey stays the caller's
     * @return the KEK, which the caller owns; empty when it is not this protector's key
     */
    public static Optional<Kek> unwrap(VaultId vault, Protector.Recovery protector, SecretBuffer recoveryKey) {
        Bytes binding = binding(vault, protector.id(), protector.created());
        try (SecretBuffer key = Hkdf.derive(recoveryKey, protector.salt(), binding, AesGcm.KEY_BYTES)) {
            return Optional.of(new Kek(AesGcm.open(key, binding, protector.wrappedKek())));
        } catch (TagMismatchException e) {
            return Optional.empty();
        }
    }

    private static Bytes binding(VaultId vault, String id, long created) {
        return new CanonicalBytes("tpm-keyring 1 recovery key")
                .text(vault.text())
                .text(id)
                .number(created)
                .toBytes();
    }
}
