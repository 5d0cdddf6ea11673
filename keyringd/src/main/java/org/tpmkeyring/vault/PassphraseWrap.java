// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vault;

import java.util.Optional;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.secret.AesGcm;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.store.VaultId;

/** Wraps a KEK under a passphrase: scrypt, then AES-256-GCM. */
public final class PassphraseWrap {
    private PassphraseWrap() {}

    /**
     * Makes a protector.
     *
     * @param id of the new protector
     * @param created seconds since the epoch
     * @param passphrase stays the caller's
     */
    public static Protector.Passphrase wrap(VaultId vault, String id, long created, Kek kek, SecretBuffer passphrase) {
        Stretching stretching = Stretching.fresh(Stretching.PASSPHRASE_COST);
        try (SecretBuffer key = stretching.derive(passphrase, AesGcm.KEY_BYTES)) {
            return new Protector.Passphrase(
                    id, created, stretching, AesGcm.seal(key, binding(vault, created), kek.secret()));
        }
    }

    /**
     * Tries a passphrase.
     *
     * @param passphrase stays the caller's
     * @return the KEK, which the caller owns; empty when it is not this protector's passphrase
     */
    public static Optional<Kek> unwrap(VaultId vault, Protector.Passphrase protector, SecretBuffer passphrase) {
        try (SecretBuffer key = protector.stretching().derive(passphrase, AesGcm.KEY_BYTES)) {
            return PinKeys.opened(key, binding(vault, protector.created()), protector.wrappedKek());
        }
    }

    private static Bytes binding(VaultId vault, long created) {
        return new CanonicalBytes("tpm-keyring 1 passphrase")
                .text(vault.text())
                .number(created)
                .toBytes();
    }
}
