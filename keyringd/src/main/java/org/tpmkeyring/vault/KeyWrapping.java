// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vault;

import org.tpmkeyring.key.KeyRecord;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.store.VaultId;

/** Stand-in. */
public final class KeyWrapping {
    private KeyWrapping() {}

    public static WrappedKey wrap(VaultId vault, Kek kek, KeyRecord record, SecretBuffer secret) {
        throw new IllegalStateException();
    }

    public static SecretBuffer unwrap(VaultId vault, Kek kek, WrappedKey key) {
        throw new IllegalStateException();
    }
}
