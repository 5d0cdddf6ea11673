// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vault;

import org.tpmkeyring.key.KeyRecord;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.secret.AesGcm;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.secret.TagMismatchException;
import org.tpmkeyring.store.VaultId;

/**
 * Wraps keys with AES-256-GCM under a key derived from the KEK. The vault's id and every field of the record
 * are associated data: a key cannot be moved to another vault, renamed or given another target.
 */
public final class KeyWrapping {
    private KeyWrapping() {}

    /**
     * Wraps.
     *
     * @param secret stays the caller's
     */
    public static WrappedKey wrap(VaultId vault, Kek kek, KeyRecord record, SecretBuffer secret) {
        SecretBuffer wrapping = kek.derived(DerivedKey.KEY_WRAPPING, vault);
        return new WrappedKey(record, AesGcm.seal(wrapping, associated(vault, record), secret));
    }

    /**
     * Unwraps.
     *
     * @return the secret; the caller owns it
     * @throws KeyringException VAULT_DAMAGED when secret, record or vault are not those that were wrapped
     */
    public static SecretBuffer unwrap(VaultId vault, Kek kek, WrappedKey key) {
        SecretBuffer wrapping = kek.derived(DerivedKey.KEY_WRAPPING, vault);
        try {
            return AesGcm.open(wrapping, associated(vault, key.record()), key.wrapped());
        } catch (TagMismatchException e) {
            throw KeyringException.of(ErrorKind.VAULT_DAMAGED)
                    .with("vault", vault)
                    .with("reason", "key '" + key.record().name() + "' does not fit its record")
                    .causedBy(e)
                    .build();
        }
    }

    private static Bytes associated(VaultId vault, KeyRecord record) {
        return new CanonicalBytes("tpm-keyring 1 key")
                .text(vault.text())
                .record(record)
                .toBytes();
    }
}
