// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vault;

import java.nio.charset.StandardCharsets;
import org.tpmkeyring.key.KeyRecord;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.secret.AesGcm;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.secret.TagMismatchException;
import org.tpmkeyring.store.VaultId;

/** Stand-in. */
public final class KeyWrapping {
    private KeyWrapping() {}

    public static WrappedKey wrap(VaultId vault, Kek kek, KeyRecord record, SecretBuffer secret) {
        return new WrappedKey(record, AesGcm.seal(kek.secret(), data(vault, record), secret));
    }

    public static SecretBuffer unwrap(VaultId vault, Kek kek, WrappedKey key) {
        try {
            return AesGcm.open(kek.secret(), data(vault, key.record()), key.wrapped());
        } catch (TagMismatchException e) {
            throw KeyringException.of(ErrorKind.VAULT_DAMAGED)
                    .with("reason", "key")
                    .build();
        }
    }

    private static Bytes data(VaultId vault, KeyRecord record) {
        return Bytes.copyOf((vault + " " + record).getBytes(StandardCharsets.UTF_8));
    }
}
