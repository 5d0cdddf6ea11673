// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vault;

import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.store.StoreException;

/** What trouble with a vault file means to a person. */
final class StoreRefusals {
    private StoreRefusals() {}

    /**
     * The refusal for a failure.
     *
     * @param vault name or id, as the person knows it
     */
    static KeyringException refusal(StoreException e, String vault) {
        if (e instanceof StoreException.Missing) {
            return KeyringException.of(ErrorKind.NO_SUCH_VAULT)
                    .with("vault", vault)
                    .causedBy(e)
                    .build();
        }
        if (e instanceof StoreException.Unsafe) {
            return KeyringException.of(ErrorKind.VAULT_UNSAFE_FILE)
                    .with("path", e.path())
                    .with("reason", e.getMessage())
                    .causedBy(e)
                    .build();
        }
        if (e instanceof StoreException.TooNew later) {
            return KeyringException.of(ErrorKind.VAULT_TOO_NEW)
                    .with("vault", vault)
                    .with("found", later.found())
                    .with("known", later.known())
                    .causedBy(e)
                    .build();
        }
        if (e instanceof StoreException.Damaged) {
            return damaged(vault, e.getMessage());
        }
        return KeyringException.of(ErrorKind.UNEXPECTED)
                .with("detail", e.path() + ": " + e.getMessage())
                .causedBy(e)
                .build();
    }

    static KeyringException damaged(String vault, String reason) {
        return KeyringException.of(ErrorKind.VAULT_DAMAGED)
                .with("vault", vault)
                .with("reason", reason)
                .build();
    }
}
