// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vault;

import java.nio.charset.StandardCharsets;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.secret.Hkdf;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.store.VaultId;

/** What a KEK is used through: keys for one purpose in one vault each (HKDF-SHA256, the vault's id as salt). */
enum DerivedKey {
    KEY_WRAPPING("tpm-keyring 1 key wrapping"),
    VAULT_METADATA("tpm-keyring 1 vault metadata");

    private static final int SIZE_BYTES = 32;

    private final String info;

    DerivedKey(String info) {
        this.info = info;
    }

    /** The key; the caller owns it. {@link Kek#derived} keeps it instead. */
    SecretBuffer derive(SecretBuffer kek, VaultId vault) {
        Bytes purpose = Bytes.copyOf(info.getBytes(StandardCharsets.US_ASCII));
        return Hkdf.derive(kek, Bytes.ofHex(vault.text()), purpose, SIZE_BYTES);
    }
}
