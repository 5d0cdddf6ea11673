// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vault;

import java.util.Optional;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.store.VaultId;

/** Stand-in. */
public final class RecoveryWrap {
    private RecoveryWrap() {}

    public static Protector.Recovery wrap(VaultId vault, String id, long created, Kek kek, SecretBuffer recoveryKey) {
        throw new IllegalStateException();
    }

    public static Optional<Kek> unwrap(VaultId vault, Protector.Recovery protector, SecretBuffer recoveryKey) {
        throw new IllegalStateException();
    }
}
