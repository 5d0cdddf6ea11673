// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vault;

import java.util.Optional;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.secret.AesGcm;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.secret.TagMismatchException;
import org.tpmkeyring.store.VaultId;

/** Stand-in. */
public final class RecoveryWrap {
    private RecoveryWrap() {}

    public static Protector.Recovery wrap(VaultId vault, String id, long created, Kek kek, SecretBuffer recoveryKey) {
        Bytes data = Bytes.ofHex(vault.text());
        return new Protector.Recovery(id, created, data, AesGcm.seal(recoveryKey, data, kek.secret()));
    }

    public static Optional<Kek> unwrap(VaultId vault, Protector.Recovery protector, SecretBuffer recoveryKey) {
        try {
            return Optional.of(new Kek(AesGcm.open(recoveryKey, Bytes.ofHex(vault.text()), protector.wrappedKek())));
        } catch (TagMismatchException e) {
            return Optional.empty();
        }
    }
}
